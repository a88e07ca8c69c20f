// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** Turns failures of the engine into refusals of requests about volumes. */
final class VolumeFailures {
    private VolumeFailures() {}

    /**
     * What the pool knows about a volume.
     *
     * @throws RefusedException {@code unreadable} when its bytes are missing from the pool
     * @throws EngineException.VolumeUnreadable when the engine could not read its bytes, or something that may be its
     *     bytes
     */
    static VolumeSummary stored(StorageEngine engine, NamedVolume volume) {
        return engine.find(volume.stored()).orElseThrow(() -> {
            Unreadable.requireTold(engine, volume.stored());
            return new RefusedException(
                    Refusal.UNREADABLE,
                    "the bytes of " + volume + " are gone: '" + volume.stored()
                            + "' is missing from the pool. Restore it and restart the agent, or delete the volume");
        });
    }

    static RefusedException explain(NamedVolume volume, EngineException failure) {
        return failure instanceof EngineException.VolumeInUse
                ? new RefusedException(
                        Refusal.VOLUME_IN_USE, volume + " is in use: it is being written to, or is exported", failure)
                : RefusedException.because(failure);
    }
}
