// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ZeroScan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A page of a blobstore's metadata: the first of a volume's chain, a later one, or one that lists clusters. Layout: SPDK's
 * {@code struct spdk_blob_md_page}, little-endian; its last four bytes are the CRC-32C of all before them. Confined to one
 * thread.
 */
public final class MetadataPage {
    public static final int BYTES = 4096;

    private static final int BLOB_AT = 0;
    private static final int SEQUENCE_AT = 8;
    private static final int PARTS_AT = 16;
    private static final int NEXT_AT = BYTES - 8;
    private static final int CRC_AT = BYTES - 4;
    private static final int PART_HEAD_BYTES = 5;
    private static final int NO_PAGE = -1;
    /** The number of a volume is the number of its first page, with this bit set. */
    private static final long BLOB_BIT = 1L << 32;

    private final ByteBuffer bytes;

    /**
     * One of the descriptors that a page consists of.
     *
     * @param at where its content begins, after its type and length
     */
    public record Part(int type, int at, int length) {
        static final int PADDING = 0;
        static final int ATTRIBUTE = 2;
        static final int INTERNAL_ATTRIBUTE = 4;
        static final int EXTENT_TABLE = 5;
        public static final int EXTENT_PAGE = 6;
    }

    private MetadataPage(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A view of the next bytes of a buffer. */
    public static MetadataPage of(ByteBuffer source) {
        return new MetadataPage(source.slice(source.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** A page that belongs to no volume. */
    static MetadataPage empty() {
        return of(ByteBuffer.allocateDirect(BYTES));
    }

    /** A copy in a buffer that a device can write from. */
    MetadataPage copy() {
        MetadataPage copy = of(AlignedBuffer.allocate(BYTES));
        copy.bytes.put(0, bytes, 0, BYTES);
        return copy;
    }

    /** A view of the whole page, little-endian, from its beginning; changes to it change the page. */
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    int intAt(int at) {
        return bytes.getInt(at);
    }

    /** The number in the eight bytes at a position. */
    public long longAt(int at) {
        return bytes.getLong(at);
    }

    void putInt(int at, int value) {
        bytes.putInt(at, value);
    }

    boolean isValid() {
        return bytes.getInt(CRC_AT) == checksum();
    }

    /** Whether it contains only zeroes, and so belongs to no volume. */
    public boolean isBlank() {
        return ZeroScan.isZero(bytes());
    }

    /** Whether it is marked as this page of this volume's chain. */
    boolean belongsTo(long blob, long sequence) {
        return bytes.getLong(BLOB_AT) == blob && Integer.toUnsignedLong(bytes.getInt(SEQUENCE_AT)) == sequence;
    }

    /** Makes the page valid again: sets its checksum. */
    public void seal() {
        bytes.putInt(CRC_AT, checksum());
    }

    private int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CRC_AT));
        return (int) crc.getValue();
    }

    /** Whether it is the first page of a volume's chain. */
    public boolean isFirst(long page) {
        // The cheapest check comes first: nearly all pages of a store belong to no volume.
        return belongsTo(blobAt(page), 0) && isValid();
    }

    /** The number of the chain's next page; -1 if this is the last one. */
    long next() {
        int next = bytes.getInt(NEXT_AT);
        return next == NO_PAGE ? NO_PAGE : Integer.toUnsignedLong(next);
    }

    /** The number of the volume whose chain begins at a page. */
    public static long blobAt(long firstPage) {
        return firstPage | BLOB_BIT;
    }

    /** The first page of a volume's chain. */
    public static long firstPageOf(long blob) {
        return blob & (BLOB_BIT - 1);
    }

    /**
     * The descriptors that the page consists of.
     *
     * @throws IllegalStateException when they do not fit into a page
     */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int at = PARTS_AT;
        while (at + PART_HEAD_BYTES <= NEXT_AT) {
            int type = bytes.get(at);
            int length = bytes.getInt(at + 1);
            if (type == Part.PADDING && length == 0) {
                break;
            }
            if (length < 0 || length > NEXT_AT - at - PART_HEAD_BYTES) {
                throw new IllegalStateException("a part of a page of metadata is longer than the page");
            }
            parts.add(new Part(type, at + PART_HEAD_BYTES, length));
            at += PART_HEAD_BYTES + length;
        }
        return parts;
    }
}
