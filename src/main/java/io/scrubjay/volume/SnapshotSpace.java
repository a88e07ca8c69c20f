// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ManifestEncoder;

/** The space that a snapshot and its manifest take in the pool. Stateless; blocks for the device. */
final class SnapshotSpace {
    private SnapshotSpace() {}

    /**
     * After a snapshot, writes to its volume need new clusters. A snapshot is not begun if there is not even space for
     * its manifest.
     *
     * @param source the volume or snapshot whose bytes it will have
     * @throws EngineException.NoSpace when there is not
     */
    static void requireRoomForManifest(StorageEngine engine, VolumeSummary source) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        long chunksPerCluster = Math.max(1, clusterSize.bytes() / ChunkGrid.CHUNK_BYTES);
        long chunks = new ChunkGrid(source.sizeBytes()).count();
        long leavesMax =
                Math.min(chunks, ClusterChain.visible(engine, source.name()).count() * chunksPerCluster);
        long neededBytes = clusterSize.roundUp(ManifestEncoder.totalBytesMax(leavesMax));
        long freeBytes = engine.usage().freeClusters() * clusterSize.bytes();
        if (freeBytes < neededBytes) {
            throw new EngineException.NoSpace(neededBytes, freeBytes);
        }
    }

    /** The clusters of a snapshot's own, and the bytes for which neither it nor a parent has a cluster. */
    static Footprint footprint(StorageEngine engine, VolumeSummary taken) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        ClusterMap visible = ClusterChain.visible(engine, taken.name());
        return new Footprint(
                clusterSize,
                engine.allocated(taken.name()).count(),
                taken.sizeBytes() - visible.bytesWithin(taken.sizeBytes(), clusterSize));
    }
}
