// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;
import java.util.Optional;

/**
 * The origin of an image that nobody sent: a volume or a snapshot of the same pool.
 *
 * @param kind whether it is a volume or a snapshot
 * @param id the id of the volume or snapshot
 * @param name the name that the volume or snapshot had
 * @param parent the image or snapshot whose leaves were copied where nothing had changed since; empty when all leaves
 *     were computed
 */
public record PoolSource(Kind kind, StoredId id, ResourceName name, Optional<ImageId> parent) implements Origin {
    /** The version of the stored form of the manifest of such an image. */
    public static final int FORMAT_VERSION = 3;

    /** What an image can be made from. */
    public enum Kind {
        VOLUME("volume"),
        SNAPSHOT("snapshot");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }

        /** The word for it in the API. */
        public String wireName() {
            return wireName;
        }
    }

    public PoolSource {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(parent);
    }

    /** A volume as it was at one moment. */
    public static PoolSource ofVolume(VolumeId volume, ResourceName name, Optional<ImageId> parent) {
        return new PoolSource(Kind.VOLUME, volume.stored(), name, parent);
    }

    /** A snapshot, all leaves of which were copied. */
    public static PoolSource ofSnapshot(ImageId snapshot, ResourceName name) {
        return new PoolSource(Kind.SNAPSHOT, snapshot.stored(), name, Optional.of(snapshot));
    }

    /** The volume; empty when the image was made from a snapshot. */
    public Optional<VolumeId> volume() {
        return kind == Kind.VOLUME ? Optional.of(new VolumeId(id)) : Optional.empty();
    }

    /** The snapshot; empty when the image was made from a volume. */
    public Optional<ImageId> snapshot() {
        return kind == Kind.SNAPSHOT ? Optional.of(new ImageId(id)) : Optional.empty();
    }

    @Override
    public int formatVersion() {
        return FORMAT_VERSION;
    }
}
