// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;

import java.util.Objects;
import java.util.Optional;

/**
 * The name of a volume in the pool that belongs to an image, a user's volume or a snapshot of one: {@code <kind>-<id as
 * 32 hex digits>}. Every other name in a pool is somebody else's, and never touched here.
 *
 * @param kind what the volume is for
 * @param id whose it is
 */
public record PoolNames(Kind kind, ImageId id) {
    /** What a volume is for. */
    public enum Kind {
        /** An ingest writes into it. */
        HEAD("head-"),
        /** The sealed snapshot. */
        SNAPSHOT("image-"),
        /** A manifest being written. */
        STAGED_MANIFEST("staged-"),
        /** A committed manifest: the image exists. */
        MANIFEST("manifest-"),
        /** A quarantine marker being written. */
        STAGED_QUARANTINE("stagedq-"),
        /** A quarantine marker. */
        QUARANTINE("quarantine-"),
        /** The bytes of a user's volume. */
        VOLUME("volume-"),
        /** A volume's label being written. */
        STAGED_LABEL("stagedl-"),
        /** A committed label: the volume exists. */
        LABEL("label-"),
        /** A snapshot of a volume. */
        VOLUME_SNAPSHOT("snapshot-"),
        /** What was the manifest or label of something that is being deleted: it exists no more. */
        DELETED("deleted-");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    public PoolNames {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(id);
    }

    /** The temporary volume an ingest of this image writes into. */
    public static VolumeName head(ImageId id) {
        return new PoolNames(Kind.HEAD, id).volume();
    }

    /** The image's sealed snapshot. */
    public static VolumeName snapshot(ImageId id) {
        return new PoolNames(Kind.SNAPSHOT, id).volume();
    }

    /** The image's manifest before its commit. */
    public static VolumeName stagedManifest(ImageId id) {
        return new PoolNames(Kind.STAGED_MANIFEST, id).volume();
    }

    /** The image's committed manifest. */
    public static VolumeName manifest(ImageId id) {
        return new PoolNames(Kind.MANIFEST, id).volume();
    }

    /** The image's quarantine marker before its commit. */
    public static VolumeName stagedQuarantine(ImageId id) {
        return new PoolNames(Kind.STAGED_QUARANTINE, id).volume();
    }

    /** The image's quarantine marker. */
    public static VolumeName quarantine(ImageId id) {
        return new PoolNames(Kind.QUARANTINE, id).volume();
    }

    /** The bytes of a user's volume. */
    public static VolumeName volume(ImageId id) {
        return new PoolNames(Kind.VOLUME, id).volume();
    }

    /** A volume's label before its commit. */
    public static VolumeName stagedLabel(ImageId id) {
        return new PoolNames(Kind.STAGED_LABEL, id).volume();
    }

    /** A volume's committed label. */
    public static VolumeName label(ImageId id) {
        return new PoolNames(Kind.LABEL, id).volume();
    }

    /** A snapshot of a volume. */
    public static VolumeName volumeSnapshot(ImageId id) {
        return new PoolNames(Kind.VOLUME_SNAPSHOT, id).volume();
    }

    /** What a manifest or label is called from the moment on in which what it is of exists no more. */
    public static VolumeName deleted(ImageId id) {
        return new PoolNames(Kind.DELETED, id).volume();
    }

    /** What this volume is for, or empty when it is nobody's that is known here. */
    public static Optional<PoolNames> parse(VolumeName volume) {
        for (Kind kind : Kind.values()) {
            if (volume.value().startsWith(kind.prefix)) {
                return ImageId.ofHex(volume.value().substring(kind.prefix.length()))
                        .map(id -> new PoolNames(kind, id));
            }
        }
        return Optional.empty();
    }

    public VolumeName volume() {
        return VolumeName.of(kind.prefix + id.hex());
    }
}
