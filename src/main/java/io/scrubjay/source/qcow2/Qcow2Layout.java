// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.block.ClusterSize;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where everything is in a qcow2 file that is written front to back: header, L1 table, L2 tables, refcount table, data;
 * at the end of each 2 GiB, and of the file, a refcount block. No table lies behind what it maps, so a reader needs
 * only one pass.
 *
 * <p>Source: QEMU, {@code docs/interop/qcow2.rst}. Immutable. Its size depends on the number of runs of data; no table
 * is held.
 */
public final class Qcow2Layout {
    /** The unit in which a disk is mapped. A chunk of 1 MiB has 16 of them. */
    public static final ClusterSize CLUSTER_SIZE = new ClusterSize(HostPlaces.CLUSTER_BYTES);

    /** The largest disk: half of what QEMU's limit of 8 MiB for the refcount table allows for. */
    public static final long DISK_BYTES_MAX = 1L << 50;

    /** How many clusters of the disk one L2 table maps, and how many entries a cluster of any table of 8-byte entries has. */
    static final int ENTRIES = HostPlaces.CLUSTER_BYTES / Long.BYTES;

    /** The version of what this package writes: other bytes for the same disk need another one. */
    private static final String WRITER_VERSION = "1 ";

    /** QEMU counts a disk in sectors, and would not show the rest. */
    private static final int SECTOR_BYTES = 512;

    private final long diskBytes;
    private final ClusterMap stored;
    private final long l2Tables;
    private final int refcountTableClusters;
    private final HostPlaces afterL1 = new HostPlaces();
    private final HostPlaces afterTables;
    private final long l1TableOffset;
    private final long refcountTableOffset;

    /**
     * @param diskBytes the size of the disk, at most {@link #DISK_BYTES_MAX}; the file's disk is rounded up to whole
     *     sectors of 512 bytes
     * @param stored the clusters, of {@link #CLUSTER_SIZE}, that have data; all others are zeroes
     */
    public Qcow2Layout(long diskBytes, ClusterMap stored) {
        if (diskBytes < 0 || diskBytes > DISK_BYTES_MAX) {
            throw new IllegalArgumentException("a qcow2 file of a disk of " + diskBytes + " bytes");
        }
        if (stored.nextAllocated(CLUSTER_SIZE.clustersIn(diskBytes)) >= 0) {
            throw new IllegalArgumentException("clusters behind the disk's " + diskBytes + " bytes: " + stored);
        }
        this.diskBytes = diskBytes;
        this.stored = stored;
        long tables = 0;
        for (long region = nextRegion(0); region >= 0; region = nextRegion(region + 1)) {
            tables++;
        }
        this.l2Tables = tables;
        afterL1.cluster();
        this.l1TableOffset = afterL1.table(l1Clusters());
        this.refcountTableClusters = refcountTableClustersNeeded();
        this.afterTables = afterL2();
        this.refcountTableOffset = afterTables.table(refcountTableClusters);
    }

    /** For the largest file there can be, that of clusters that are not compressed. */
    private int refcountTableClustersNeeded() {
        for (int clusters = 1; ; clusters++) {
            HostPlaces file = afterL2();
            file.table(clusters);
            file.skipClusters(stored.count());
            if (file.refcountBlocks() <= (long) clusters * ENTRIES) {
                return clusters;
            }
        }
    }

    private HostPlaces afterL2() {
        HostPlaces places = afterL1.copy();
        places.skipClusters(l2Tables);
        return places;
    }

    /** The size of the disk. */
    public long diskBytes() {
        return diskBytes;
    }

    /** The size of the disk that the file shows. */
    long virtualBytes() {
        return (diskBytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    }

    ClusterMap stored() {
        return stored;
    }

    /** How many entries the L1 table has: one for each L2 table that the disk might have. */
    int l1Entries() {
        long clusters = CLUSTER_SIZE.clustersIn(diskBytes);
        return Math.toIntExact(Math.max(1, (clusters + ENTRIES - 1) / ENTRIES));
    }

    int l1Clusters() {
        return (l1Entries() + ENTRIES - 1) / ENTRIES;
    }

    long l1TableOffset() {
        return l1TableOffset;
    }

    long refcountTableOffset() {
        return refcountTableOffset;
    }

    int refcountTableClusters() {
        return refcountTableClusters;
    }

    /** The places from the first L2 table on. */
    HostPlaces l2Places() {
        return afterL1.copy();
    }

    /** The places from the first cluster of data on. */
    HostPlaces dataPlaces() {
        return afterTables.copy();
    }

    /** The first region, from this one on, that needs an L2 table; or {@code -1}. A region is what one L2 table maps. */
    long nextRegion(long region) {
        long cluster = stored.nextAllocated(region * ENTRIES);
        return cluster < 0 ? -1 : cluster / ENTRIES;
    }

    /** The size of the file if no cluster is compressed. */
    public long plainBytes() {
        HostPlaces end = dataPlaces();
        end.skipClusters(stored.count());
        return end.fileBytes();
    }

    /**
     * What tells a file without compression from every other of the same disk: if two have the same, they are equal
     * byte for byte. 16 hexadecimal digits.
     */
    public String plainFingerprint() {
        return fingerprint("plain");
    }

    /** The same for a file with zstd-compressed clusters. */
    public String zstdFingerprint() {
        return fingerprint(ZstdFrames.FORM);
    }

    private String fingerprint(String form) {
        MessageDigest digest = sha256();
        digest.update((WRITER_VERSION + form).getBytes(StandardCharsets.UTF_8));
        ByteBuffer numbers = ByteBuffer.allocate(2 * Long.BYTES);
        digest.update(numbers.putLong(0, diskBytes).array());
        for (ClusterRun run : stored.runs()) {
            digest.update(numbers.putLong(0, run.first())
                    .putLong(Long.BYTES, run.count())
                    .array());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
