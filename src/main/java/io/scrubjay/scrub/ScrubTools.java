package io.scrubjay.scrub;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ChunkWalk;
import io.scrubjay.image.WindowPool;
import io.scrubjay.manifest.ManifestStore;

import java.time.InstantSource;

/** What every scrub of an image needs, and none owns. */
record ScrubTools(
        StorageEngine engine,
        ManifestStore manifests,
        WindowPool windows,
        ChunkWalk walk,
        Gate gate,
        ScrubTotals totals,
        ScrubHistory history,
        InstantSource clock) {}
