// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;

/** What an engine's failure means to whoever asked for a change to a volume. */
final class VolumeFailures {
    private VolumeFailures() {}

    static RefusedException explain(NamedVolume volume, EngineException failure) {
        return failure instanceof EngineException.VolumeInUse
                ? new RefusedException(
                        Refusal.VOLUME_IN_USE, volume + " is in use: it is being written, or exported", failure)
                : RefusedException.because(failure);
    }
}
