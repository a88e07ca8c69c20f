// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;

/** Where an image has data: where a chunk has a leaf and the pool has a cluster. Stateless. */
final class StoredClusters {
    private StoredClusters() {}

    /**
     * All clusters of a size that contain a byte of both a chunk with a leaf and an allocated cluster of the pool; the
     * rest of the image is zeroes. The time for this depends on the number of runs of leaves and of allocated clusters.
     *
     * @param allocated all clusters of the pool that can be seen through the image
     * @param poolClusterSize their size
     * @param clusterSize the size of the clusters returned
     */
    static ClusterMap of(
            Manifest manifest, ClusterMap allocated, ClusterSize poolClusterSize, ClusterSize clusterSize) {
        long length = manifest.lengthBytes();
        ClusterMap.Builder stored = ClusterMap.builder();
        long added = 0;
        int index = 0;
        LeafTable.Cursor leaf = manifest.leaves().cursor();
        while (leaf.next()) {
            long endChunk = leaf.chunk() + leaf.runRemaining();
            long from = leaf.chunk() * ChunkGrid.CHUNK_BYTES;
            long to = Math.min(length, endChunk * ChunkGrid.CHUNK_BYTES);
            while (index < allocated.runs().size() && end(allocated, index, poolClusterSize) <= from) {
                index++;
            }
            for (int at = index; at < allocated.runs().size(); at++) {
                ClusterRun run = allocated.runs().get(at);
                long runFrom = Math.max(from, run.first() * poolClusterSize.bytes());
                long runTo = Math.min(to, end(allocated, at, poolClusterSize));
                if (runFrom >= runTo) {
                    break;
                }
                long first = Math.max(added, clusterSize.clusterOf(runFrom));
                long end = clusterSize.clustersIn(runTo);
                if (first < end) {
                    stored.add(first, end - first);
                    added = end;
                }
            }
            leaf = manifest.leaves().cursorFrom(endChunk);
        }
        return stored.build();
    }

    private static long end(ClusterMap allocated, int index, ClusterSize poolClusterSize) {
        return allocated.runs().get(index).end() * poolClusterSize.bytes();
    }
}
