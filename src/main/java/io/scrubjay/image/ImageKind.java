// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;

import java.util.Optional;

/** The kinds of things that have a manifest. Names are unique within a kind. */
public enum ImageKind {
    /** An image, which somebody sent, or which was made from a volume or snapshot. */
    IMAGE("image", Refusal.IMAGE_EXISTS, Refusal.IMAGE_NOT_FOUND),
    /** A snapshot: a volume as it was at one moment. */
    SNAPSHOT("snapshot", Refusal.SNAPSHOT_EXISTS, Refusal.SNAPSHOT_NOT_FOUND);

    private final String wireName;
    private final Refusal exists;
    private final Refusal notFound;

    ImageKind(String wireName, Refusal exists, Refusal notFound) {
        this.wireName = wireName;
        this.exists = exists;
        this.notFound = notFound;
    }

    /** The word for it in the API and in messages. */
    public String wireName() {
        return wireName;
    }

    public static Optional<ImageKind> ofWireName(String word) {
        for (ImageKind kind : values()) {
            if (kind.wireName.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The snapshot in the pool that holds the bytes of the one with this id. */
    VolumeName volume(ImageId id) {
        return switch (this) {
            case IMAGE -> PoolName.snapshot(id);
            case SNAPSHOT -> PoolName.volumeSnapshot(id);
        };
    }

    Refusal exists() {
        return exists;
    }

    Refusal notFound() {
        return notFound;
    }
}
