// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.manifest.ManifestStore;

import java.time.InstantSource;

/** Seals heads of one pool. Thread-safe: it keeps no state of a seal. */
public final class Sealer {
    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ReadBack readBack;
    private final InstantSource clock;

    /**
     * @param walk reads back what was written
     * @param clock tells the time of seals
     */
    public Sealer(StorageEngine engine, ManifestStore manifests, ChunkWalk walk, InstantSource clock) {
        this.engine = engine;
        this.manifests = manifests;
        this.readBack = new ReadBack(engine, walk);
        this.clock = clock;
    }

    /** A seal that has not begun. Does no I/O. */
    public Sealing sealing(Wanted wanted, SealListener listener) {
        return new Sealing(engine, manifests, readBack, clock, wanted, listener);
    }
}
