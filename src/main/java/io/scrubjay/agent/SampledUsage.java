// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;

import java.util.concurrent.TimeoutException;

/** How full the pool is, for whoever cannot wait for an engine that is stuck. Thread-safe. */
@Singleton
final class SampledUsage {
    private final Sampled<PoolUsage> forScrapes;
    private final Sampled<PoolUsage> forProbes;

    SampledUsage(StorageEngine engine) {
        PoolUsage unknown = new PoolUsage(0, 0, 0);
        forScrapes = Sampled.shared(engine::usage, unknown);
        forProbes = Sampled.anew(engine::usage, unknown);
    }

    /**
     * How full it is now, which the engine is asked for this time.
     *
     * @throws TimeoutException when it gives no answer
     * @throws io.scrubjay.engine.EngineException what else keeps it from one
     */
    PoolUsage now() throws TimeoutException {
        return forProbes.fresh();
    }

    /** How full it is, or was a second ago; or what was known last, where the engine gives no answer. */
    PoolUsage newest() {
        return forScrapes.newest();
    }
}
