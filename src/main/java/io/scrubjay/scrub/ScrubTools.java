// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ManifestStore;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/** What every scrub of an image needs, and none owns. */
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
     * What the images of one run are walked with. A device that stalls keeps the windows it was lent, and ends the run;
     * the next one has windows of its own. One more than may be lent at once, so that a walk never waits for one that
     * will not come back.
     */
    ChunkWalk newWalk() {
        return new ChunkWalk(new WindowPool(ChunkGrid.CHUNK_BYTES, readDepth + 1), workers, readDepth);
    }
}
