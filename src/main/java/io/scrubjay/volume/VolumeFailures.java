// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** What an engine's failure means to whoever asked for a change to a volume. */
final class VolumeFailures {
    private VolumeFailures() {}

    /**
     * What the pool has of a volume.
     *
     * @throws RefusedException {@code unreadable} when its bytes are gone from the pool
     * @throws EngineException.VolumeUnreadable when they are, or may be, what the engine could not read
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
