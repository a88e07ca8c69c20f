// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.flow.ChunkWalk;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import java.util.Set;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

class StoredBytesProperties {
    private static final int CLUSTERS_MAX = 200;

    /** Counting by runs of clusters gives what counting chunk by chunk gives. */
    @Property
    void countedByRunsAsByChunks(
            @ForAll @IntRange(min = 12, max = 24) int clusterBits,
            @ForAll @Size(max = 40) Set<@LongRange(min = 0, max = CLUSTERS_MAX) Long> clusters,
            @ForAll @LongRange(min = 1, max = 1L << 32) long lengthBytes) {
        ClusterSize clusterSize = new ClusterSize(1 << clusterBits);
        ChunkGrid grid = new ChunkGrid(lengthBytes);
        ClusterMap.Builder map = ClusterMap.builder();
        new TreeSet<>(clusters).forEach(cluster -> map.add(cluster, 1));
        ClusterMap allocated = map.build();

        long counted = ChunkWalk.storedBytes(allocated, clusterSize, grid);

        long naive = 0;
        for (long chunk = 0; chunk < grid.count(); chunk++) {
            long offset = chunk * ChunkGrid.CHUNK_BYTES;
            long end = offset + ChunkGrid.CHUNK_BYTES;
            if (allocated.intersects(clusterSize.clusterOf(offset), clusterSize.clustersIn(end))) {
                naive += grid.range(chunk).length();
            }
        }
        assertThat(counted).isEqualTo(naive);
    }
}
