// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * The header of a file that can be read: {@link #parse} refuses all others.
 *
 * @param diskBytes the size of the disk
 * @param l1Table empty for a disk without bytes
 * @param refcountTable which clusters it names is needed only to know that they are no data
 */
record Qcow2Header(
        Geometry geometry, long diskBytes, Packing packing, Optional<Run> l1Table, Optional<Run> refcountTable) {
    /** The most bytes that {@link #parse} needs. */
    static final int BYTES_MAX = 105;

    private static final int MAGIC = 0x514649fb;
    private static final int VERSION_END = 8;
    private static final int VERSION_2_BYTES = 72;
    private static final int VERSION_3_BYTES = 104;
    private static final long L1_BYTES_MAX = 32 << 20;
    private static final long REFCOUNT_TABLE_BYTES_MAX = 8 << 20;

    private static final long DIRTY = 1;
    private static final long CORRUPT = 1 << 1;
    private static final long DATA_FILE = 1 << 2;
    private static final long COMPRESSION_TYPE = 1 << 3;
    private static final long EXTENDED_L2 = 1 << 4;
    private static final long KNOWN = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;

    private static final String COPY =
            "make a copy without it ('qemu-img convert -O qcow2 FILE disk.qcow2') and send disk.qcow2";

    Qcow2Header {
        Objects.requireNonNull(geometry);
        Objects.requireNonNull(packing);
        Objects.requireNonNull(l1Table);
        Objects.requireNonNull(refcountTable);
    }

    /**
     * How many bytes {@link #parse} needs of a file that begins with these; if that is more than there are, the answer
     * may be a larger number with more bytes.
     */
    static int bytesNeeded(ByteBuffer first) {
        if (first.remaining() < VERSION_END) {
            return VERSION_END;
        }
        if (version(first) == 2) {
            return VERSION_2_BYTES;
        }
        return first.remaining() >= VERSION_3_BYTES && headerBytes(first) > VERSION_3_BYTES
                ? BYTES_MAX
                : VERSION_3_BYTES;
    }

    private static int version(ByteBuffer first) {
        if (first.getInt(0) != MAGIC) {
            throw Qcow2Refusals.damaged("it does not begin with the magic bytes 'QFI\\xfb'");
        }
        int version = first.getInt(4);
        if (version == 1) {
            throw Qcow2Refusals.unsupported("this is a file of qcow version 1, the format before qcow2");
        }
        if (version != 2 && version != 3) {
            throw Qcow2Refusals.unsupported("this is a qcow2 file of version " + Integer.toUnsignedString(version)
                    + "; versions 2 and 3 are supported");
        }
        return version;
    }

    private static long headerBytes(ByteBuffer first) {
        return Integer.toUnsignedLong(first.getInt(100));
    }

    /**
     * Reads the header.
     *
     * @param first the first {@link #bytesNeeded} bytes of the file
     */
    static Qcow2Header parse(ByteBuffer first) {
        boolean hasFeatures = version(first) == 3;
        long features = hasFeatures ? first.getLong(72) : 0;
        requireKnownFeatures(features);
        if (first.getLong(8) != 0) {
            throw Qcow2Refusals.unsupported(
                    "this qcow2 file has a backing file (offset 8 of its header), which contains a part of the disk",
                    COPY);
        }
        if (first.getInt(32) != 0) {
            throw Qcow2Refusals.unsupported(
                    "this qcow2 file is encrypted (method " + Integer.toUnsignedString(first.getInt(32))
                            + " at offset 32 of its header)",
                    "decrypt it with 'qemu-img convert' and send the result");
        }
        Geometry geometry = geometry(first, features);
        requireHeaderBytes(first, geometry);
        long diskBytes = first.getLong(24);
        if (diskBytes < 0) {
            throw Qcow2Refusals.damaged("the size of the disk at offset 24 is " + Long.toUnsignedString(diskBytes));
        }
        return new Qcow2Header(
                geometry,
                diskBytes,
                packing(first, features),
                l1Table(first, geometry, diskBytes),
                refcountTable(first, geometry));
    }

    private static void requireKnownFeatures(long features) {
        long unknown = features & ~KNOWN;
        if (unknown != 0) {
            throw Qcow2Refusals.unsupported("this qcow2 file needs a feature that the agent does not know" + " (bit "
                    + Long.numberOfTrailingZeros(unknown) + " of the incompatible features at offset 72)");
        }
        if ((features & DATA_FILE) != 0) {
            throw Qcow2Refusals.unsupported(
                    "the content of this qcow2 file is in an external data file (bit 2 of the incompatible features"
                            + " at offset 72)",
                    COPY);
        }
        if ((features & CORRUPT) != 0) {
            throw Qcow2Refusals.damaged("it is marked as corrupt (bit 1 of the incompatible features at offset 72)");
        }
    }

    private static Geometry geometry(ByteBuffer first, long features) {
        int clusterBits = first.getInt(20);
        int bitsMin = (features & EXTENDED_L2) != 0 ? 14 : Geometry.CLUSTER_BITS_MIN;
        if (clusterBits < bitsMin || clusterBits > Geometry.CLUSTER_BITS_MAX) {
            throw Qcow2Refusals.damaged("its cluster_bits at offset 20 are " + Integer.toUnsignedString(clusterBits)
                    + ", not from " + bitsMin + " to " + Geometry.CLUSTER_BITS_MAX);
        }
        if ((features & EXTENDED_L2) != 0) {
            return new Geometry(clusterBits, Geometry.Entries.EXTENDED);
        }
        return new Geometry(
                clusterBits,
                version(first) == 2 ? Geometry.Entries.WITHOUT_ZERO_FLAG : Geometry.Entries.WITH_ZERO_FLAG);
    }

    private static void requireHeaderBytes(ByteBuffer first, Geometry geometry) {
        if (version(first) == 3
                && (headerBytes(first) < VERSION_3_BYTES || headerBytes(first) > geometry.clusterBytes())) {
            throw Qcow2Refusals.damaged("its header's length at offset 100 is " + headerBytes(first) + ", not from "
                    + VERSION_3_BYTES + " to a cluster");
        }
    }

    private static Packing packing(ByteBuffer first, long features) {
        int type = first.remaining() < BYTES_MAX ? 0 : Byte.toUnsignedInt(first.get(104));
        if ((type != 0) != ((features & COMPRESSION_TYPE) != 0)) {
            throw Qcow2Refusals.damaged("its compression type at offset 104 is " + type
                    + ", which contradicts bit 3 of the incompatible features at offset 72");
        }
        return switch (type) {
            case 0 -> Packing.DEFLATE;
            case 1 -> Packing.ZSTD;
            default ->
                throw Qcow2Refusals.unsupported("this qcow2 file has clusters of an unknown compression (type " + type
                        + " at offset 104); deflate and zstd are supported");
        };
    }

    private static Optional<Run> l1Table(ByteBuffer first, Geometry geometry, long diskBytes) {
        long entries = Integer.toUnsignedLong(first.getInt(36));
        long needed = diskBytes / geometry.tableSpanBytes() + (diskBytes % geometry.tableSpanBytes() == 0 ? 0 : 1);
        if (entries < needed) {
            throw Qcow2Refusals.damaged("its L1 table has " + entries + " entries (offset 36), but a disk of "
                    + diskBytes + " bytes needs " + needed);
        }
        return table(Run.Kind.L1_TABLE, first.getLong(40), entries * Long.BYTES, L1_BYTES_MAX, geometry);
    }

    private static Optional<Run> refcountTable(ByteBuffer first, Geometry geometry) {
        long clusters = Integer.toUnsignedLong(first.getInt(56));
        return table(
                Run.Kind.REFCOUNT_TABLE,
                first.getLong(48),
                clusters * geometry.clusterBytes(),
                REFCOUNT_TABLE_BYTES_MAX,
                geometry);
    }

    private static Optional<Run> table(Run.Kind kind, long start, long bytes, long bytesMax, Geometry geometry) {
        if (bytes == 0) {
            return Optional.empty();
        }
        if (bytes > bytesMax) {
            throw Qcow2Refusals.damaged(
                    kind.words() + " has " + bytes + " bytes, more than the " + bytesMax + " that QEMU allows");
        }
        if (start < geometry.clusterBytes() || start > Long.MAX_VALUE - bytesMax || !geometry.isAligned(start)) {
            throw Qcow2Refusals.damaged(kind.words() + " is at " + Long.toUnsignedString(start)
                    + ", which is not the beginning of a cluster behind the header");
        }
        return Optional.of(new Run(kind, new StreamOffset(start), bytes, new DiskOffset(0)));
    }
}
