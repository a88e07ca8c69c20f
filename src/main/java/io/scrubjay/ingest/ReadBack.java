// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.ChunkWalk;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;

import java.nio.ByteBuffer;

/** Reads what the medium holds of a volume, around every cache, and computes its leaves anew. Thread-safe. */
final class ReadBack {
    private final StorageEngine engine;
    private final ChunkWalk walk;

    ReadBack(StorageEngine engine, ChunkWalk walk) {
        this.engine = engine;
        this.walk = walk;
    }

    /**
     * The leaves of all chunks that have an allocated cluster. Blocks for the device.
     *
     * @throws io.scrubjay.image.RefusedException when the ingest is cut meanwhile
     */
    LeafTable leaves(VolumeName name, ChunkGrid grid, Reception reception) {
        LeafCollector leaves = new LeafCollector();
        try (Volume volume = engine.open(name, Access.VERIFY)) {
            walk.walk(volume, engine.allocated(name), engine.traits().clusterSize(), grid, new ChunkWalk.Visitor() {
                @Override
                public boolean admits(long chunk) {
                    return !reception.isCut();
                }

                @Override
                public void bytes(long chunk, ByteBuffer bytes) {
                    add(leaves, chunk, bytes);
                }
            });
        }
        reception.requireUncut();
        return leaves.finish();
    }

    private static void add(LeafCollector leaves, long chunk, ByteBuffer bytes) {
        if (!ZeroScan.isZero(bytes)) {
            leaves.add(chunk, LeafHasher.ofThread().leaf(bytes));
        }
    }

    /** The first chunk in which two tables differ, for people; the tables do differ. */
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
