// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.List;

/**
 * The chunks that a volume reads from its parent, an image or a snapshot, where the pool shares clusters. The parent's
 * leaves say which chunks are not zeroes: a chunk that has a leaf, but for which neither the volume nor any parent has
 * a cluster, was lost, and would wrongly read as zeroes. Immutable; blocks for the device.
 */
final class Inherited {
    private final VolumeName volume;
    private final CommittedManifests manifests;
    /** The nearest first. */
    private final List<ImageId> parents;

    private Inherited(VolumeName volume, CommittedManifests manifests, List<ImageId> parents) {
        this.volume = volume;
        this.manifests = manifests;
        this.parents = parents;
    }

    /**
     * ORDER: call this before asking for the volume's clusters: a later parent might contain data that was written
     * after that.
     */
    static Inherited by(VolumeName volume, StorageEngine engine, CommittedManifests manifests) {
        List<ImageId> parents = engine.traits().cloneCost() == CloneCost.SHARED
                ? ClusterChain.parents(engine, volume).stream()
                        .flatMap(parent -> PoolName.imageOf(parent).stream())
                        .toList()
                : List.of();
        return new Inherited(volume, manifests, parents);
    }

    /**
     * Checks whether any part of this range was lost, by the manifest of the nearest parent that has a readable one: a
     * parent that is still being made has none yet. If there is none, this cannot be known, and the volume, which has no
     * digests of its own, is read as it is.
     *
     * @param visible the clusters of the volume and of all its parents
     * @throws RefusedException {@code unreadable} when a part was lost
     */
    void requireThere(ByteRange range, ClusterMap visible, ClusterSize clusterSize) {
        long first = clusterSize.clusterOf(range.offset());
        if (visible.containsAll(first, clusterSize.clustersIn(range.end()))) {
            return;
        }
        parents.stream()
                .flatMap(parent -> manifests.readable(parent).stream())
                .findFirst()
                .ifPresent(manifest -> requireThere(manifest, range, visible, clusterSize));
    }

    private void requireThere(Manifest manifest, ByteRange range, ClusterMap visible, ClusterSize clusterSize) {
        ChunkGrid grid = new ChunkGrid(manifest.lengthBytes());
        LeafTable.Cursor leaf = manifest.leaves().cursorFrom(ChunkGrid.chunkOf(range.offset()));
        while (leaf.next() && leaf.chunk() * ChunkGrid.CHUNK_BYTES < range.end()) {
            ByteRange chunk = grid.range(leaf.chunk());
            if (!visible.intersects(clusterSize.clusterOf(chunk.offset()), clusterSize.clustersIn(chunk.end()))) {
                throw new RefusedException(
                        Refusal.UNREADABLE,
                        "bytes " + chunk.offset() + " to " + (chunk.end() - 1) + " of " + volume
                                + " are missing from the pool: the volume reads them from its parent '"
                                + manifest.name() + "', which has lost them; run a scrub of that parent");
            }
        }
    }
}
