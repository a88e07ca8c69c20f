// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;

import java.util.Objects;
import java.util.Optional;

/**
 * The name of a volume in the pool that belongs to an image, a user's volume, a snapshot of one, or a session:
 * {@code <kind>-<id as 32 hex digits>}. Any other volume in a pool belongs to somebody else, and the agent never
 * touches it.
 *
 * @param kind what the volume is for
 * @param id the id of the image, snapshot, volume or session that it belongs to
 */
public record PoolName(Kind kind, StoredId id) {
    /** The purpose of a volume in the pool, which its name begins with. */
    public enum Kind {
        /** The head that an ingest writes into. */
        HEAD("head-", Owner.IMAGE),
        /** Bytes of a file that an ingest cannot place on the disk yet. */
        SPOOL("spool-", Owner.IMAGE),
        /** The sealed snapshot. */
        SNAPSHOT("image-", Owner.IMAGE),
        /** A manifest being written. */
        STAGED_MANIFEST("staged-", Owner.IMAGE),
        /** A committed manifest: the image exists. */
        MANIFEST("manifest-", Owner.IMAGE),
        /** A quarantine marker being written. */
        STAGED_QUARANTINE("stagedq-", Owner.IMAGE),
        /** A quarantine marker. */
        QUARANTINE("quarantine-", Owner.IMAGE),
        /** The bytes of a user's volume. */
        VOLUME("volume-", Owner.VOLUME),
        /** A volume's label being written. */
        STAGED_LABEL("stagedl-", Owner.VOLUME),
        /** A committed label: the volume exists. */
        LABEL("label-", Owner.VOLUME),
        /** A snapshot of a volume. */
        VOLUME_SNAPSHOT("snapshot-", Owner.IMAGE),
        /** The bytes that a session has received, as they were sent. */
        UPLOAD("upload-", Owner.SESSION),
        /** A session's record being written for the first time. */
        STAGED_SESSION("stageds-", Owner.SESSION),
        /** A session's record: the session exists. */
        SESSION("session-", Owner.SESSION),
        /**
         * The renamed manifest, label or record of an image, snapshot, volume or session that is being deleted, and so
         * does not exist any more.
         */
        DELETED("deleted-", Owner.ANY);

        private final String prefix;
        private final Owner owner;

        Kind(String prefix, Owner owner) {
            this.prefix = prefix;
            this.owner = owner;
        }
    }

    /** What kind of thing the id in a name identifies. */
    private enum Owner {
        /** An image or a snapshot. */
        IMAGE,
        /** A user's volume. */
        VOLUME,
        /** A resumable upload. */
        SESSION,
        /** One of them; the name does not say which. */
        ANY
    }

    public PoolName {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(id);
    }

    /** The temporary volume an ingest of this image writes into. */
    public static VolumeName head(ImageId id) {
        return new PoolName(Kind.HEAD, id.stored()).volume();
    }

    /** The temporary volume in which an ingest of this image keeps bytes that it cannot place on the disk yet. */
    public static VolumeName spool(ImageId id) {
        return new PoolName(Kind.SPOOL, id.stored()).volume();
    }

    /** The image's sealed snapshot. */
    public static VolumeName snapshot(ImageId id) {
        return new PoolName(Kind.SNAPSHOT, id.stored()).volume();
    }

    /** The image's manifest before its commit. */
    public static VolumeName stagedManifest(ImageId id) {
        return new PoolName(Kind.STAGED_MANIFEST, id.stored()).volume();
    }

    /** The image's committed manifest. */
    public static VolumeName manifest(ImageId id) {
        return new PoolName(Kind.MANIFEST, id.stored()).volume();
    }

    /** The image's quarantine marker before its commit. */
    public static VolumeName stagedQuarantine(ImageId id) {
        return new PoolName(Kind.STAGED_QUARANTINE, id.stored()).volume();
    }

    /** The image's quarantine marker. */
    public static VolumeName quarantine(ImageId id) {
        return new PoolName(Kind.QUARANTINE, id.stored()).volume();
    }

    /** The bytes of a user's volume. */
    public static VolumeName volume(VolumeId id) {
        return new PoolName(Kind.VOLUME, id.stored()).volume();
    }

    /** A volume's label before its commit. */
    public static VolumeName stagedLabel(VolumeId id) {
        return new PoolName(Kind.STAGED_LABEL, id.stored()).volume();
    }

    /** A volume's committed label. */
    public static VolumeName label(VolumeId id) {
        return new PoolName(Kind.LABEL, id.stored()).volume();
    }

    /** A snapshot of a volume. */
    public static VolumeName volumeSnapshot(ImageId id) {
        return new PoolName(Kind.VOLUME_SNAPSHOT, id.stored()).volume();
    }

    /** The bytes that a session has received. */
    public static VolumeName upload(SessionId id) {
        return new PoolName(Kind.UPLOAD, id.stored()).volume();
    }

    /** A session's record before the session exists. */
    public static VolumeName stagedSession(SessionId id) {
        return new PoolName(Kind.STAGED_SESSION, id.stored()).volume();
    }

    /** A session's record. */
    public static VolumeName session(SessionId id) {
        return new PoolName(Kind.SESSION, id.stored()).volume();
    }

    /** The name that a manifest, label or record gets when its image, snapshot, volume or session ceases to exist. */
    public static VolumeName deleted(StoredId id) {
        return new PoolName(Kind.DELETED, id).volume();
    }

    /** The purpose of this volume, or empty when we don't recognise its name. */
    public static Optional<PoolName> parse(VolumeName volume) {
        for (Kind kind : Kind.values()) {
            if (volume.value().startsWith(kind.prefix)) {
                return StoredId.ofHex(volume.value().substring(kind.prefix.length()))
                        .map(id -> new PoolName(kind, id));
            }
        }
        return Optional.empty();
    }

    /** The image or snapshot that this volume belongs to; empty when it belongs to none. */
    public static Optional<ImageId> imageOf(VolumeName volume) {
        return parse(volume).filter(owned -> owned.kind.owner == Owner.IMAGE).map(owned -> new ImageId(owned.id));
    }

    /** The user's volume that this volume in the pool belongs to; empty when it belongs to none. */
    public static Optional<VolumeId> volumeOf(VolumeName volume) {
        return parse(volume).filter(owned -> owned.kind.owner == Owner.VOLUME).map(owned -> new VolumeId(owned.id));
    }

    public VolumeName volume() {
        return VolumeName.of(kind.prefix + id.hex());
    }
}
