// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** Turns failures of sessions into refusals, and says what they mean for the session. Stateless. */
final class SessionFailures {
    /** What happens with a complete session of which no image could be made. */
    enum Fate {
        /** Its bytes, or its client, are the reason: it ends. */
        ENDS,
        /** The reason may go away: the agent tries again. */
        TRIED_AGAIN,
        /** The name of its image is taken: the client is told, and the agent tries again. */
        TOLD_AND_TRIED_AGAIN
    }

    private SessionFailures() {}

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
                    Refusal.UNREADABLE, "the record of this upload in the pool is damaged: " + damaged.what(), damaged);
        }
        return new RefusedException(
                Refusal.DEVICE_FAILED,
                "the upload failed because of an error in the agent; the agent's log has the details",
                cause);
    }

    static Fate fate(Refusal why) {
        return switch (why) {
            case IMAGE_EXISTS -> Fate.TOLD_AND_TRIED_AGAIN;
            case BUSY, POOL_FULL, DEVICE_FAILED, NOT_PROVEN, UNREADABLE, UPLOAD_IDLE, IMAGE_IN_USE -> Fate.TRIED_AGAIN;
            default -> Fate.ENDS;
        };
    }
}
