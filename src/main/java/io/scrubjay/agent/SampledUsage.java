// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** How full the pool is, for whoever cannot wait for an engine that is stuck. Thread-safe. */
@Singleton
final class SampledUsage {
    private final Sampled<PoolUsage> forScrapes;
    private final Sampled<PoolUsage> forProbes;
    private final Duration deadline;

    SampledUsage(StorageEngine engine, DeviceConfig device) {
        deadline = device.ioDeadline();
        PoolUsage unknown = new PoolUsage(0, 0, 0);
        forScrapes = Sampled.shared(engine::usage, unknown);
        forProbes = Sampled.anew(engine::usage, unknown);
    }

    /** How full it is now, as soon as the engine has said so. */
    final class Asked {
        private final Sampled<PoolUsage>.Answer answer = forProbes.ask();

        /**
         * Waits for it; says how full it was when it was asked before, as long as the engine has not been silent for longer
         * than its device may take.
         *
         * @throws TimeoutException when there is no answer
         * @throws io.scrubjay.engine.EngineException what else keeps the engine from one
         */
        PoolUsage now() throws TimeoutException {
            return answer.standing(deadline);
        }
    }

    /** Asks the engine. Never waits. */
    Asked ask() {
        return new Asked();
    }

    /** How full it is, or was a second ago; or what was known last, where the engine gives no answer. */
    PoolUsage newest() {
        return forScrapes.newest();
    }
}
