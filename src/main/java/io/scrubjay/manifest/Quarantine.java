// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.Optional;

/** That an image is quarantined: the marker that says why, or one that can no longer be read. */
public sealed interface Quarantine permits QuarantineMarker, Quarantine.Illegible {
    /** The image. */
    ImageId id();

    /**
     * A marker is there, but not legible. Its image stays quarantined: that a marker was written is all that matters.
     *
     * @param id the image
     * @param marker where the marker is, and what is wrong with it
     */
    record Illegible(ImageId id, Unreadable marker) implements Quarantine {
        /** What is wrong with a marker in this volume. */
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
