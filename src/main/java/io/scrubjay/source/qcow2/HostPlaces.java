// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/**
 * Assigns places in a qcow2 file, front to back. The file is divided into groups of {@link #GROUP_CLUSTERS} clusters.
 * The last cluster of each group holds the group's refcount block and is skipped here, so the place of everything else
 * follows from the sizes of what lies before it.
 *
 * <p>All offsets and sizes are in bytes. Confined to one thread at a time.
 */
final class HostPlaces {
    /** The cluster size: QEMU's default, and what its tools and the limits of its tables are tuned for. */
    static final int CLUSTER_BYTES = 64 << 10;

    /** As many clusters as one refcount block of 16-bit counts describes. */
    static final int GROUP_CLUSTERS = CLUSTER_BYTES / Short.BYTES;

    static final long GROUP_BYTES = (long) GROUP_CLUSTERS * CLUSTER_BYTES;

    /** The clusters of a group without its refcount block. */
    private static final int USABLE = GROUP_CLUSTERS - 1;

    /** The next cluster, refcount blocks not counted, or the one that is partly used. */
    private long next;
    /** How many bytes of that cluster are used. */
    private int used;

    HostPlaces() {}

    private HostPlaces(long next, int used) {
        this.next = next;
        this.used = used;
    }

    HostPlaces copy() {
        return new HostPlaces(next, used);
    }

    /** The place of one whole cluster. */
    long cluster() {
        align();
        return offset(next++);
    }

    /** Passes over the places of this many clusters, each of which is placed by itself. */
    void skipClusters(long count) {
        align();
        next = Math.addExact(next, count);
    }

    /** The place of a table of several clusters, which are neighbours. */
    long table(int clusters) {
        if (clusters < 1 || clusters > USABLE) {
            throw new IllegalArgumentException("a table of " + clusters + " clusters");
        }
        align();
        if (next % USABLE + clusters > USABLE) {
            next = (next / USABLE + 1) * USABLE;
        }
        long place = offset(next);
        next += clusters;
        return place;
    }

    /**
     * The place of bytes that need not begin at a cluster, but must not be interrupted by a refcount block.
     *
     * @param bytes at least 1, less than a cluster
     */
    long packed(int bytes) {
        if (bytes < 1 || bytes >= CLUSTER_BYTES) {
            throw new IllegalArgumentException(bytes + " bytes are not packed");
        }
        if (used + bytes > CLUSTER_BYTES && (next + 1) % USABLE == 0) {
            align();
        }
        long place = offset(next) + used;
        next += (used + bytes) / CLUSTER_BYTES;
        used = (used + bytes) % CLUSTER_BYTES;
        return place;
    }

    private void align() {
        if (used > 0) {
            next++;
            used = 0;
        }
    }

    private static long offset(long usable) {
        return Math.multiplyExact(usable + usable / USABLE, (long) CLUSTER_BYTES);
    }

    /** How many refcount blocks a file has that ends here. */
    long refcountBlocks() {
        long clusters = clusters();
        return clusters / USABLE + (clusters % USABLE == 0 ? 0 : 1);
    }

    /**
     * The place of a refcount block: the end of its group, or of the file if that ends here and inside the group.
     *
     * @param index less than {@link #refcountBlocks}
     */
    long refcountBlock(long index) {
        long clusters = clusters();
        return index == clusters / USABLE ? offset(clusters) : (index + 1) * GROUP_BYTES - CLUSTER_BYTES;
    }

    /** The size of a file that ends here, its refcount blocks included. */
    long fileBytes() {
        return Math.multiplyExact(Math.addExact(clusters(), refcountBlocks()), (long) CLUSTER_BYTES);
    }

    private long clusters() {
        return next + (used > 0 ? 1 : 0);
    }
}
