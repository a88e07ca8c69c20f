// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** How full the pool is, for callers that must not wait for a stuck engine. Thread-safe. */
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

    /** The usage of the pool, once the engine has answered. */
    final class Asked {
        private final Sampled<PoolUsage>.Answer answer = forProbes.ask();

        /**
         * Waits for the answer; returns the previous answer as long as the engine has not been silent for longer than
         * its device may take.
         *
         * @throws TimeoutException when there is no answer
         * @throws io.scrubjay.engine.EngineException when the engine fails
         */
        PoolUsage now() throws TimeoutException {
            return answer.standing(deadline);
        }
    }

    /** Asks the engine. Never waits. */
    Asked ask() {
        return new Asked();
    }

    /** How full it is, or was a second ago; or the last known value if the engine does not answer. */
    PoolUsage newest() {
        return forScrapes.newest();
    }
}
