// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.util.Random;

/** A qcow2 file of some mebibytes, and the disk in it. */
public final class Qcow2Samples {
    private static final Geometry GEOMETRY = new Geometry(16, Geometry.Entries.WITH_ZERO_FLAG);
    private static final int CLUSTERS = 80;
    /** Their data is little more than what a reader keeps in memory. */
    private static final int SMALL_CLUSTERS = 48;

    private final byte[] file;
    private final byte[] disk;

    private Qcow2Samples(byte[] file, byte[] disk) {
        this.file = file;
        this.disk = disk;
    }

    /** A file that is read in one pass. */
    public static Qcow2Samples tablesFirst() {
        return of(Qcow2Writer.Order.TABLES_BETWEEN, Packing.ZSTD, CLUSTERS);
    }

    /** A file that has to be spooled. */
    public static Qcow2Samples tablesLast() {
        return of(Qcow2Writer.Order.TABLES_LAST, Packing.DEFLATE, CLUSTERS);
    }

    /** The smallest file that is spooled. */
    public static Qcow2Samples smallTablesLast() {
        return of(Qcow2Writer.Order.TABLES_LAST, Packing.DEFLATE, SMALL_CLUSTERS);
    }

    private static Qcow2Samples of(Qcow2Writer.Order order, Packing packing, int clusters) {
        Random random = new Random(5);
        Qcow2Writer writer = new Qcow2Writer(GEOMETRY, packing, order, clusters * GEOMETRY.clusterBytes() - 12_345);
        for (int n = 0; n < clusters; n++) {
            // Each once, and not in the order of the disk.
            int cluster = n * 31 % clusters;
            switch (random.nextInt(5)) {
                case 0, 1, 2 -> writer.data(cluster, Qcow2Files.letters(random, GEOMETRY));
                case 3 -> writer.packed(cluster, Qcow2Files.letters(random, GEOMETRY));
                default -> {
                    // Not allocated.
                }
            }
        }
        return new Qcow2Samples(writer.file(), writer.disk());
    }

    public byte[] file() {
        return file.clone();
    }

    public byte[] disk() {
        return disk.clone();
    }
}
