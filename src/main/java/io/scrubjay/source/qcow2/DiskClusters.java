// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ZeroScan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the clusters with data in the bytes of a disk that come in order, and requires all other bytes to be zeroes.
 * Confined to one thread at a time.
 */
final class DiskClusters {
    private final ClusterMap stored;
    private long found;

    DiskClusters(ClusterMap stored) {
        this.stored = stored;
    }

    /**
     * The runs of clusters with data in these bytes, in order. The last cluster of a run may be shorter, at the end of
     * the disk.
     *
     * @param offset of the first byte on the disk, a multiple of the cluster size
     * @param bytes from 0 to the limit, whole clusters except at the end of the disk; they are not copied
     * @throws IllegalStateException when a byte outside these clusters is not zero
     */
    List<ByteBuffer> runs(long offset, ByteBuffer bytes) {
        if (offset % HostPlaces.CLUSTER_BYTES != 0) {
            throw new IllegalArgumentException("the bytes from " + offset + " on do not begin with a cluster");
        }
        List<ByteBuffer> runs = new ArrayList<>();
        long first = offset / HostPlaces.CLUSTER_BYTES;
        long end = Qcow2Layout.CLUSTER_SIZE.clustersIn(offset + bytes.limit());
        long cluster = first;
        while (cluster < end) {
            long next = stored.nextAllocated(cluster);
            long from = next < 0 ? end : Math.min(end, next);
            requireZero(cluster, slice(bytes, cluster - first, from - first));
            cluster = from;
            while (cluster < end && stored.contains(cluster)) {
                cluster++;
            }
            if (cluster > from) {
                runs.add(slice(bytes, from - first, cluster - first));
                found += cluster - from;
            }
        }
        return runs;
    }

    /** The bytes of the clusters from one to another. */
    private static ByteBuffer slice(ByteBuffer bytes, long from, long to) {
        int begin = (int) Math.min(bytes.limit(), from * HostPlaces.CLUSTER_BYTES);
        int end = (int) Math.min(bytes.limit(), to * HostPlaces.CLUSTER_BYTES);
        return bytes.slice(begin, end - begin);
    }

    private static void requireZero(long cluster, ByteBuffer bytes) {
        if (!ZeroScan.isZero(bytes)) {
            throw new IllegalStateException("the disk has data at offset "
                    + (cluster * HostPlaces.CLUSTER_BYTES + ZeroScan.zeroPrefix(bytes))
                    + ", where the pool has no cluster for it");
        }
    }

    /**
     * Requires that the clusters found are all there are.
     *
     * @throws IllegalStateException when some are missing
     */
    void requireAll() {
        if (found != stored.count()) {
            throw new IllegalStateException(
                    found + " clusters of the disk were read, but " + stored.count() + " have data");
        }
    }
}
