// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.Optional;

/** The quarantine of an image: a marker that says why, or a marker that can no longer be read. */
public sealed interface Quarantine permits QuarantineMarker, Quarantine.Illegible {
    /** The image. */
    ImageId id();

    /**
     * A marker that cannot be read. Its image stays quarantined: it is enough that a marker was written.
     *
     * @param id the image
     * @param marker where the marker is, and what is wrong with it
     */
    record Illegible(ImageId id, Unreadable marker) implements Quarantine {
        /** The quarantine for a marker in this volume that cannot be read. */
        static Illegible of(StorageEngine engine, ImageId id, VolumeName volume, RuntimeException failure) {
            int errno = failure instanceof EngineException.DeviceFailed failed ? failed.errno() : 0;
            return new Illegible(
                    id,
                    new Unreadable(
                            Optional.of(volume),
                            engine.place(volume),
                            errno,
                            "the marker of quarantine in it cannot be read: " + failure.getMessage()));
        }
    }
}
