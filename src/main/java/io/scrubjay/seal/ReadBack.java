// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.Padding;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Reads a volume back from the medium, bypassing every cache: computes its leaves again, and checks the bytes after the
 * end of the image. Thread-safe.
 */
final class ReadBack {
    /**
     * The result of reading a volume back.
     *
     * @param leaves the leaves of all chunks for which the volume or a parent has a cluster
     * @param stray the offset in the volume of the first byte after the image that is not zero; empty when there is
     *     none
     */
    record Found(LeafTable leaves, OptionalLong stray) {}

    private final StorageEngine engine;
    private final ChunkWalk walk;

    ReadBack(StorageEngine engine, ChunkWalk walk) {
        this.engine = engine;
        this.walk = walk;
    }

    /**
     * Reads all allocated chunks. Blocks for the device.
     *
     * @throws io.scrubjay.refusal.RefusedException when the image is no longer wanted
     */
    Found read(VolumeName name, ChunkGrid grid, Wanted wanted) {
        LeafCollector leaves = new LeafCollector();
        ClusterSize clusterSize = engine.traits().clusterSize();
        try (Volume volume = engine.open(name, Access.VERIFY)) {
            // A snapshot that was made from a volume or another snapshot reads most of its bytes from its parents.
            ClusterMap allocated = ClusterChain.visible(engine, name);
            walk.walk(volume, allocated, clusterSize, grid, new ChunkWalk.Visitor() {
                @Override
                public boolean admits(long chunk) {
                    return wanted.withdrawn().isEmpty();
                }

                @Override
                public void bytes(long chunk, ByteBuffer bytes) {
                    add(leaves, chunk, bytes);
                }
            });
            wanted.withdrawn().ifPresent(why -> {
                throw why;
            });
            Padding padding = new Padding(
                    volume,
                    allocated,
                    clusterSize,
                    grid.lengthBytes(),
                    engine.traits().ioAlignmentBytes());
            return new Found(leaves.finish(), padding.firstStray());
        }
    }

    private static void add(LeafCollector leaves, long chunk, ByteBuffer bytes) {
        if (!ZeroScan.isZero(bytes)) {
            leaves.add(chunk, LeafHasher.ofThread().leaf(bytes));
        }
    }

    /** The first chunk in which two tables differ, for people; the tables must differ. */
    static long firstDifference(LeafTable expected, LeafTable actual, ChunkGrid grid) {
        for (long chunk = 0; chunk < grid.count(); chunk++) {
            if (!expected.find(chunk)
                    .map(Leaf::digest)
                    .equals(actual.find(chunk).map(Leaf::digest))) {
                return chunk;
            }
        }
        return grid.count();
    }
}
