// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import com.github.luben.zstd.Zstd;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** Writes a small qcow2 file, cluster by cluster, and the disk that it contains. */
final class Qcow2Writer {
    /** Where the tables are. */
    enum Order {
        /** All before the first cluster. */
        TABLES_FIRST,
        /** Each L2 table before the first cluster that it names, as QEMU writes them. */
        TABLES_BETWEEN,
        /** All behind the last cluster, the L1 table last. */
        TABLES_LAST
    }

    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    private static final int SECTOR = 512;

    private final Geometry geometry;
    private final Packing packing;
    private final Order order;
    private final byte[] disk;
    private final int l1Entries;
    private final Map<Integer, Integer> l2Tables = new TreeMap<>();
    private final Map<Integer, long[]> entries = new TreeMap<>();
    private final int refcountBlock;
    private byte[] file = {};
    private int end;
    private int l1Table;
    /** Where the next compressed cluster goes if it fits. */
    private int packedEnd;

    Qcow2Writer(Geometry geometry, Packing packing, Order order, int diskBytes) {
        this.geometry = geometry;
        this.packing = packing;
        this.order = order;
        disk = new byte[diskBytes];
        l1Entries = (int) ((diskBytes + geometry.tableSpanBytes() - 1) / geometry.tableSpanBytes());
        allocate(1);
        putLong(allocate(1), allocate(1));
        refcountBlock = end - geometry.clusterBytes();
        Arrays.fill(file, refcountBlock, end, (byte) 1);
        if (order != Order.TABLES_LAST) {
            l1Table = allocateL1();
        }
        for (int table = 0; order == Order.TABLES_FIRST && table < l1Entries; table++) {
            l2Tables.put(table, allocate(1));
        }
    }

    private int allocateL1() {
        return allocate((l1Entries * Long.BYTES + geometry.clusterBytes() - 1) / geometry.clusterBytes());
    }

    /** Appends clusters of zeroes that nothing names; returns where they begin. */
    int allocate(int clusters) {
        int start = end;
        end += clusters * geometry.clusterBytes();
        if (file.length < end) {
            file = Arrays.copyOf(file, Math.max(end, 2 * file.length));
        }
        return start;
    }

    private void putLong(int at, long value) {
        ByteBuffer.wrap(file).putLong(at, value);
    }

    private void set(int cluster, long entry, long bitmap) {
        int table = cluster / entriesPerTable();
        if (order == Order.TABLES_BETWEEN && !l2Tables.containsKey(table)) {
            l2Tables.put(table, allocate(1));
        }
        entries.put(cluster, new long[] {entry, bitmap});
    }

    private int entriesPerTable() {
        return geometry.clusterBytes() / geometry.entryBytes();
    }

    private boolean isExtended() {
        return geometry.entries() == Geometry.Entries.EXTENDED;
    }

    private void onDisk(int cluster, byte[] content) {
        int at = cluster * geometry.clusterBytes();
        System.arraycopy(content, 0, disk, at, Math.min(content.length, disk.length - at));
    }

    /** A cluster of the disk as it is. */
    Qcow2Writer data(int cluster, byte[] content) {
        set(cluster, 0, 0);
        int at = allocate(1);
        System.arraycopy(content, 0, file, at, content.length);
        set(cluster, COPIED | at, isExtended() ? 0xffff_ffffL : 0);
        onDisk(cluster, content);
        return this;
    }

    /** A cluster of which only some parts are allocated. */
    Qcow2Writer subclusters(int cluster, byte[] content, int allocated, int zero) {
        set(cluster, 0, 0);
        int at = allocate(1);
        System.arraycopy(content, 0, file, at, content.length);
        set(cluster, COPIED | at, Integer.toUnsignedLong(allocated) | (long) zero << Integer.SIZE);
        byte[] visible = new byte[geometry.clusterBytes()];
        for (int sub = 0; sub < Integer.SIZE; sub++) {
            if ((allocated >>> sub & 1) != 0) {
                int from = sub * geometry.subclusterBytes();
                System.arraycopy(content, from, visible, from, geometry.subclusterBytes());
            }
        }
        onDisk(cluster, visible);
        return this;
    }

    /** A cluster of zeroes; it also has a place in the file, with other bytes. */
    Qcow2Writer zeroInPlace(int cluster) {
        onDisk(cluster, new byte[geometry.clusterBytes()]);
        set(cluster, 0, 0);
        int at = allocate(1);
        Arrays.fill(file, at, end, (byte) 0x5a);
        set(cluster, COPIED | at | (isExtended() ? 0 : 1), isExtended() ? 0xffff_ffffL << Integer.SIZE : 0);
        return this;
    }

    /** A cluster of zeroes without a place. */
    Qcow2Writer zero(int cluster) {
        onDisk(cluster, new byte[geometry.clusterBytes()]);
        set(cluster, isExtended() ? 0 : 1, isExtended() ? 0xffff_ffffL << Integer.SIZE : 0);
        return this;
    }

    /** A compressed cluster, placed as QEMU does: behind the one before, if there is room. */
    Qcow2Writer packed(int cluster, byte[] content) {
        set(cluster, 0, 0);
        byte[] bytes = compress(content);
        int room = -packedEnd & (geometry.clusterBytes() - 1);
        if (room < bytes.length) {
            int more = (bytes.length + geometry.clusterBytes() - 1) / geometry.clusterBytes();
            int at = allocate(more);
            if (packedEnd + room != at) {
                packedEnd = at;
            }
        }
        System.arraycopy(bytes, 0, file, packedEnd, bytes.length);
        long moreSectors = ((long) packedEnd + bytes.length - 1) / SECTOR - packedEnd / SECTOR;
        int offsetBits = 62 - (geometry.clusterBits() - 8);
        set(cluster, COMPRESSED | packedEnd | moreSectors << offsetBits, 0);
        packedEnd += bytes.length;
        onDisk(cluster, content);
        return this;
    }

    private byte[] compress(byte[] content) {
        if (packing == Packing.ZSTD) {
            return Zstd.compress(content);
        }
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] bytes = new byte[2 * content.length + 64];
        int length = deflater.deflate(bytes);
        deflater.end();
        return Arrays.copyOf(bytes, length);
    }

    /** Where the file begins the entry for this cluster of the disk. */
    int entryAt(int cluster) {
        return l2Tables.get(cluster / entriesPerTable()) + cluster % entriesPerTable() * geometry.entryBytes();
    }

    /** Where the L1 table names the L2 table for this cluster of the disk. */
    int l1EntryAt(int cluster) {
        return l1Table + cluster / entriesPerTable() * Long.BYTES;
    }

    int refcountBlockAt() {
        return refcountBlock;
    }

    /** Where the file contains this cluster of the disk. */
    int placeOf(int cluster) {
        return (int) (entries.get(cluster)[0] & 0xffff_fe00L);
    }

    /** The file, to its last cluster's end. */
    byte[] file() {
        entries.keySet().forEach(cluster -> {
            if (!l2Tables.containsKey(cluster / entriesPerTable())) {
                l2Tables.put(cluster / entriesPerTable(), allocate(1));
            }
        });
        if (l1Table == 0) {
            l1Table = allocateL1();
        }
        l2Tables.forEach((table, at) -> putLong(l1Table + table * Long.BYTES, COPIED | at));
        entries.forEach((cluster, entry) -> {
            putLong(entryAt(cluster), entry[0]);
            if (isExtended()) {
                putLong(entryAt(cluster) + Long.BYTES, entry[1]);
            }
        });
        header();
        return Arrays.copyOf(file, end);
    }

    private void header() {
        boolean hasFeatures = geometry.entries() != Geometry.Entries.WITHOUT_ZERO_FLAG;
        ByteBuffer header = ByteBuffer.wrap(file);
        header.putInt(0x514649fb).putInt(hasFeatures ? 3 : 2).putLong(0).putInt(0);
        header.putInt(geometry.clusterBits())
                .putLong(disk.length)
                .putInt(0)
                .putInt(l1Entries)
                .putLong(l1Table);
        header.putLong(geometry.clusterBytes()).putInt(1).putInt(0).putLong(0);
        if (hasFeatures) {
            header.putLong((packing == Packing.ZSTD ? 8 : 0) | (isExtended() ? 16 : 0))
                    .putLong(0)
                    .putLong(0);
            header.putInt(4).putInt(112).put((byte) (packing == Packing.ZSTD ? 1 : 0));
        }
    }

    /** The file without the bytes that are not needed behind its last compressed cluster, or behind its L1 table. */
    byte[] shortestFile() {
        byte[] all = file();
        assert order == Order.TABLES_LAST || packedEnd > end - geometry.clusterBytes() : "it ends with other bytes";
        return Arrays.copyOf(all, order == Order.TABLES_LAST ? l1Table + l1Entries * Long.BYTES : packedEnd);
    }

    /** The disk in the file. */
    byte[] disk() {
        return disk.clone();
    }
}
