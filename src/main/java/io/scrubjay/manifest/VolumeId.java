// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;

/**
 * Identifies a volume independently of its name: unique for ever, even when its name is later given to another volume.
 * A snapshot taken of it has an {@link ImageId} of its own.
 *
 * @param stored how it is stored
 */
public record VolumeId(StoredId stored) implements Comparable<VolumeId> {
    public VolumeId {
        Objects.requireNonNull(stored);
    }

    /** A new id. */
    public static VolumeId random() {
        return new VolumeId(StoredId.random());
    }

    /** The UUID as 32 lower-case hex digits, as in the names of volumes in the pool. */
    public String hex() {
        return stored.hex();
    }

    /** In the order of the hex digits. */
    @Override
    public int compareTo(VolumeId other) {
        return stored.compareTo(other.stored);
    }

    /** The UUID with dashes. */
    @Override
    public String toString() {
        return stored.toString();
    }
}
