// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/**
 * Turns failures inside an ingest into refusals for its sender. Never throws, since its callers still have to release
 * windows.
 */
final class IngestFailures {
    private IngestFailures() {}

    static RefusedException explain(Throwable failure) {
        Throwable cause = Stages.causeOf(failure);
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        if (cause instanceof EngineException engine) {
            return RefusedException.because(engine);
        }
        if (cause instanceof ManifestDamaged damaged) {
            return new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the agent read the manifest back from the pool and it differs from what was written: "
                            + damaged.getMessage(),
                    damaged);
        }
        return new RefusedException(
                Refusal.DEVICE_FAILED,
                "the upload failed because of an error in the agent; the agent's log has the details",
                cause);
    }
}
