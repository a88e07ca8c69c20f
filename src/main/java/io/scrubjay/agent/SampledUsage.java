package io.scrubjay.agent;

import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;

import java.util.concurrent.TimeoutException;

/** How full the pool is, for whoever cannot wait for an engine that is stuck. Thread-safe. */
@Singleton
final class SampledUsage {
    private final Sampled<PoolUsage> usage;

    SampledUsage(StorageEngine engine) {
        usage = new Sampled<>(engine::usage, new PoolUsage(0, 0, 0));
    }

    /**
     * An answer that is hardly a second old.
     *
     * @throws TimeoutException when the engine gives none
     * @throws io.scrubjay.engine.EngineException what else keeps it from one
     */
    PoolUsage fresh() throws TimeoutException {
        return usage.fresh();
    }

    /** The last answer there was, where there is no fresh one. */
    PoolUsage newest() {
        return usage.newest();
    }
}
