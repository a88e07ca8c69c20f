// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * The pages, clusters or volumes in use, as recorded in a store that was unloaded cleanly: one bit for each. Layout:
 * SPDK's {@code struct spdk_bs_md_mask}, little-endian: a type, the number of bits, the bits. It has no checksum.
 *
 * @param bits the bits, none of them beyond the number that there should be
 * @param isSound whether type and number are as they should be
 */
public record StoredMask(BitSet bits, boolean isSound) {
    private static final int LENGTH_AT = 1;
    private static final int BITS_AT = 5;

    /** SPDK's types of masks. */
    private enum Type {
        PAGES(0),
        CLUSTERS(1),
        VOLUMES(2);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }
    }

    /** The metadata pages in use. Throws the device's exceptions. */
    public static StoredMask ofPages(Medium medium, SuperBlock store) {
        return read(medium, store.masks().pages(), Type.PAGES, store.pages());
    }

    /** The clusters in use. Throws the device's exceptions. */
    public static StoredMask ofClusters(Medium medium, SuperBlock store) {
        return read(medium, store.masks().clusters(), Type.CLUSTERS, store.clusters(medium.size()));
    }

    /** The first pages of the volumes. Throws the device's exceptions. */
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
        // A cluster mask may have more bits, for clusters that the store did not get after all.
        boolean isLength = type == Type.CLUSTERS ? says >= count : says == count;
        return new StoredMask(bits, read.get(0) == type.code && isLength);
    }
}
