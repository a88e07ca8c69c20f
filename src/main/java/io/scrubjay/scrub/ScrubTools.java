// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ManifestStore;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/** The objects that all scrubs of images share. */
record ScrubTools(
        StorageEngine engine,
        ManifestStore manifests,
        Executor workers,
        int readDepth,
        Pace pace,
        ScrubTotals totals,
        ScrubHistory history,
        InstantSource clock) {
    /**
     * A walk for the images of one run, with its own windows: a device that stalls keeps the windows that it was lent
     * and ends the run, and the next run must not be short of them. There is one window more than may be lent at once,
     * so that a walk never waits for a window that will not come back.
     */
    ChunkWalk newWalk() {
        return new ChunkWalk(new WindowPool(ChunkGrid.CHUNK_BYTES, readDepth + 1), workers, readDepth);
    }
}
