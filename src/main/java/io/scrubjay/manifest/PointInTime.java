// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;
import java.util.Optional;

/**
 * The origin of a snapshot: a volume as it was at one moment.
 *
 * @param volume the volume
 * @param volumeName the name that it had
 * @param parent the snapshot or image whose leaves were copied where nothing had changed since; empty when all leaves
 *     were computed
 */
public record PointInTime(VolumeId volume, ResourceName volumeName, Optional<ImageId> parent) implements Origin {
    /** The version of the stored form of a snapshot's manifest. */
    public static final int FORMAT_VERSION = 2;

    public PointInTime {
        Objects.requireNonNull(volume);
        Objects.requireNonNull(volumeName);
        Objects.requireNonNull(parent);
    }

    @Override
    public int formatVersion() {
        return FORMAT_VERSION;
    }
}
