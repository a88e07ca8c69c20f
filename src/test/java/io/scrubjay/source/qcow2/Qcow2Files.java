// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.Cuts;
import io.scrubjay.source.DiskInMemory;
import io.scrubjay.source.MemoryBudget;

import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Small qcow2 files, and what a reader makes of a file. */
final class Qcow2Files {
    static final MemoryBudget MEMORY = new MemoryBudget(Long.MAX_VALUE);
    static final Geometry SMALL = new Geometry(9, Geometry.Entries.WITH_ZERO_FLAG);

    /** So little memory that almost everything is put off and spooled. */
    static final Limits TINY = new Limits(6, 512, 2048, 64);

    private static final int DISK_BYTES_MAX = 32 << 20;

    private Qcow2Files() {}

    /** What one reader makes of this file. */
    static byte[] read(byte[] file, IntStream cuts, Limits limits, SpoolInMemory spool) {
        DiskInMemory disk = new DiskInMemory(DISK_BYTES_MAX);
        try (Qcow2Reader reader = new Qcow2Reader(OptionalLong.empty(), spool, MEMORY, limits)) {
            Cuts.send(file, cuts, piece -> reader.read(piece, disk));
            disk.ended(reader.end(disk));
        }
        return disk.bytes();
    }

    static byte[] read(byte[] file) {
        return read(file, IntStream.empty(), Limits.USUAL, new SpoolInMemory());
    }

    /** A cluster of random letters, which can be compressed. */
    static byte[] letters(Random random, Geometry geometry) {
        byte[] content = new byte[geometry.clusterBytes()];
        for (int at = 0; at < content.length; at++) {
            content[at] = (byte) ('a' + random.nextInt(4));
        }
        return content;
    }

    /** A file with clusters of every kind in two tables, and a disk that ends inside a cluster. */
    static Qcow2Writer ofEveryKind(Geometry geometry, Packing packing, Qcow2Writer.Order order) {
        Random random = new Random(16);
        int perTable = geometry.clusterBytes() / geometry.entryBytes();
        int last = perTable + 3;
        Qcow2Writer writer = new Qcow2Writer(geometry, packing, order, last * geometry.clusterBytes() + 100);
        writer.data(0, letters(random, geometry)).data(1, letters(random, geometry));
        writer.packed(3, letters(random, geometry)).packed(4, letters(random, geometry));
        if (geometry.entries() != Geometry.Entries.WITHOUT_ZERO_FLAG) {
            writer.zero(5).zeroInPlace(6);
        }
        if (geometry.entries() == Geometry.Entries.EXTENDED) {
            writer.subclusters(7, letters(random, geometry), 0x00f0_1234, 0xff00_0000);
        }
        writer.data(perTable + 1, letters(random, geometry)).packed(perTable, letters(random, geometry));
        return writer.packed(last, letters(random, geometry));
    }

    static <T> T any(T[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    /** A file of this seed, with clusters of random kinds in random order. */
    static Qcow2Writer random(long seed) {
        Random random = new Random(seed);
        Geometry.Entries entries = any(Geometry.Entries.values(), random);
        int bits = entries == Geometry.Entries.EXTENDED ? 14 : 9 + random.nextInt(3);
        Geometry geometry = new Geometry(bits, entries);
        Packing packing =
                entries == Geometry.Entries.WITHOUT_ZERO_FLAG ? Packing.DEFLATE : any(Packing.values(), random);
        int clusters = 1 + random.nextInt(entries == Geometry.Entries.EXTENDED ? 12 : 200);
        Qcow2Writer writer = new Qcow2Writer(
                geometry,
                packing,
                any(Qcow2Writer.Order.values(), random),
                clusters * geometry.clusterBytes() - random.nextInt(geometry.clusterBytes()));
        int writes = random.nextInt(2 * clusters);
        for (int n = 0; n < writes; n++) {
            write(writer, geometry, random.nextInt(clusters), random);
        }
        return writer;
    }

    private static void write(Qcow2Writer writer, Geometry geometry, int cluster, Random random) {
        switch (random.nextInt(geometry.entries() == Geometry.Entries.WITHOUT_ZERO_FLAG ? 5 : 8)) {
            case 0, 1 -> writer.data(cluster, letters(random, geometry));
            case 2, 3 -> writer.packed(cluster, letters(random, geometry));
            case 4 -> writer.allocate(1);
            case 5 -> writer.zero(cluster);
            case 6 -> writer.zeroInPlace(cluster);
            default -> {
                int allocated = random.nextInt();
                if (geometry.entries() == Geometry.Entries.EXTENDED) {
                    writer.subclusters(cluster, letters(random, geometry), allocated, random.nextInt() & ~allocated);
                } else {
                    writer.data(cluster, letters(random, geometry));
                }
            }
        }
    }
}
