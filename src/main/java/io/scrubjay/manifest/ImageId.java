// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;

/**
 * Identifies an image or a snapshot independently of its name: unique for ever, even when its name is later given to
 * another one. A volume has a {@link VolumeId}.
 *
 * @param stored how it is stored
 */
public record ImageId(StoredId stored) implements Comparable<ImageId> {
    public ImageId {
        Objects.requireNonNull(stored);
    }

    /** A new id. */
    public static ImageId random() {
        return new ImageId(StoredId.random());
    }

    /**
     * Parses the form with dashes.
     *
     * @throws IllegalArgumentException when the text is not a UUID
     */
    public static ImageId parse(String text) {
        return new ImageId(StoredId.parse(text));
    }

    /** The UUID as 32 lower-case hex digits, as in the names of volumes in the pool. */
    public String hex() {
        return stored.hex();
    }

    /** In the order of the hex digits. */
    @Override
    public int compareTo(ImageId other) {
        return stored.compareTo(other.stored);
    }

    /** The UUID with dashes. */
    @Override
    public String toString() {
        return stored.toString();
    }
}
