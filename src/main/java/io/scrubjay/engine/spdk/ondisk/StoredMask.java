// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * What a store that was unloaded in good order says of its pages or clusters: a bit for each. Layout: SPDK's {@code struct
 * spdk_bs_md_mask}, little-endian: a type, the number of bits, the bits. It has no checksum.
 *
 * @param bits none beyond the number that there should be
 * @param isSound whether type and number are what they should be
 */
public record StoredMask(BitSet bits, boolean isSound) {
    private static final int LENGTH_AT = 1;
    private static final int BITS_AT = 5;

    /** What SPDK calls the masks. */
    private enum Type {
        PAGES(0),
        CLUSTERS(1),
        VOLUMES(2);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }
    }

    /** Which pages of metadata are in use. Throws as the device does. */
    public static StoredMask ofPages(Medium medium, SuperBlock store) {
        return read(medium, store.masks().pages(), Type.PAGES, store.pages());
    }

    /** Which clusters are in use. Throws as the device does. */
    public static StoredMask ofClusters(Medium medium, SuperBlock store) {
        return read(medium, store.masks().clusters(), Type.CLUSTERS, store.clusters(medium.size()));
    }

    /** Which pages begin a volume. Throws as the device does. */
    public static StoredMask ofVolumes(Medium medium, SuperBlock store) {
        return read(medium, store.masks().volumes(), Type.VOLUMES, store.pages());
    }

    private static StoredMask read(Medium medium, SuperBlock.Mask place, Type type, long count) {
        int length = Math.toIntExact(place.pages() * MetadataPage.BYTES);
        ByteBuffer read = AlignedBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        medium.read(place.firstPage() * MetadataPage.BYTES, read);
        BitSet bits = BitSet.valueOf(read.slice(BITS_AT, length - BITS_AT));
        int all = Math.toIntExact(count);
        bits.clear(all, Math.max(bits.length(), all));
        long says = Integer.toUnsignedLong(read.getInt(LENGTH_AT));
        // Of clusters it may tell more: of those that a store did not get after all.
        boolean isLength = type == Type.CLUSTERS ? says >= count : says == count;
        return new StoredMask(bits, read.get(0) == type.code && isLength);
    }
}
