// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The entries of one L2 table. Clusters that follow each other both in the file and on the disk are one run; clusters
 * that read as zeroes and have no place in the file are none; nor is anything behind the end of the disk.
 */
final class L2Entries {
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    private static final long ZERO = 1;
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
    private static final int SECTOR = 512;

    private final Geometry geometry;
    private final long diskBytes;
    private final Run table;
    private final ByteBuffer entries;

    /**
     * @param diskBytes the size of the disk
     * @param table where the table is
     * @param bytes the table's content
     */
    L2Entries(Geometry geometry, long diskBytes, Run table, byte[] bytes) {
        this.geometry = geometry;
        this.diskBytes = diskBytes;
        this.table = table;
        this.entries = ByteBuffer.wrap(bytes, 0, geometry.clusterBytes());
    }

    /** Passes on the runs, in the order of the disk. */
    void forEach(Consumer<Run> runs) {
        RunMerger merger = new RunMerger(runs);
        long disk = table.disk().bytes();
        for (int at = 0; at < geometry.clusterBytes() && disk < diskBytes; at += geometry.entryBytes()) {
            long entry = entries.getLong(at);
            if ((entry & COMPRESSED) != 0) {
                merger.add(packed(at, entry, new DiskOffset(disk)));
            } else if (geometry.entries() == Geometry.Entries.EXTENDED) {
                extended(at, entry, new DiskOffset(disk), merger);
            } else if (entry != 0) {
                standard(at, entry, new DiskOffset(disk), merger);
            }
            disk += geometry.clusterBytes();
        }
        merger.end();
    }

    private Run packed(int at, long entry, DiskOffset disk) {
        int offsetBits = 62 - (geometry.clusterBits() - 8);
        long start = entry & ((1L << offsetBits) - 1);
        if (start > OFFSET + SECTOR - 1) {
            throw wrong(at, entry, "places a compressed cluster at " + start + ", beyond 64 PiB");
        }
        long moreSectors = (entry & ~COPIED & ~COMPRESSED) >>> offsetBits;
        long end = (start / SECTOR + 1 + moreSectors) * SECTOR;
        return new Run(Run.Kind.PACKED, new StreamOffset(start), end - start, disk);
    }

    private void standard(int at, long entry, DiskOffset disk, RunMerger runs) {
        boolean isZero = (entry & ZERO) != 0;
        if (isZero && geometry.entries() == Geometry.Entries.WITHOUT_ZERO_FLAG) {
            throw wrong(at, entry, "has bit 0 set, which version 2 does not have");
        }
        long start = start(at, entry & ~ZERO);
        if (start == 0 && !isZero) {
            throw wrong(at, entry, "places a cluster at 0, where the header is");
        }
        if (start != 0) {
            add(isZero ? Run.Kind.UNUSED : Run.Kind.DATA, start, disk, geometry.clusterBytes(), runs);
        }
    }

    private void extended(int at, long entry, DiskOffset disk, RunMerger runs) {
        long bitmap = entries.getLong(at + Long.BYTES);
        if (entry == 0 && bitmap == 0) {
            return;
        }
        long start = start(at, entry);
        int allocated = (int) bitmap;
        int zero = (int) (bitmap >>> Integer.SIZE);
        if ((allocated & zero) != 0) {
            throw wrong(at, bitmap, "has subclusters that are both allocated and zeroes");
        }
        if (start == 0 && allocated != 0) {
            throw wrong(at, bitmap, "has allocated subclusters but no place for them");
        }
        if (start != 0 && allocated == 0) {
            add(Run.Kind.UNUSED, start, disk, geometry.clusterBytes(), runs);
        }
        for (int sub = 0; sub < Integer.SIZE; sub++) {
            if ((allocated >>> sub & 1) != 0) {
                long inCluster = (long) sub * geometry.subclusterBytes();
                add(Run.Kind.DATA, start + inCluster, disk.plus(inCluster), geometry.subclusterBytes(), runs);
            }
        }
    }

    /** The place of a standard cluster in the file, or 0 if it has none. */
    private long start(int at, long entry) {
        long start = entry & OFFSET;
        if ((entry & ~OFFSET & ~COPIED) != 0) {
            throw wrong(at, entry, "has bits set that must be 0");
        }
        if (!geometry.isAligned(start)) {
            throw wrong(at, entry, "places a cluster at " + start + ", which is not a multiple of the cluster size");
        }
        return start;
    }

    private void add(Run.Kind kind, long start, DiskOffset disk, int bytes, RunMerger runs) {
        long length = Math.min(bytes, diskBytes - disk.bytes());
        if (length > 0) {
            runs.add(new Run(kind, new StreamOffset(start), length, disk));
        }
    }

    private RuntimeException wrong(int at, long bits, String what) {
        return Qcow2Refusals.damaged("the entry 0x" + Long.toHexString(bits) + " at "
                + (table.start().bytes() + at) + ", in " + table.words() + ", " + what);
    }
}
