// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;

/**
 * What a volume is, whatever it is called: unique for ever, also after its name has been given to another volume. A snapshot
 * taken of it has an {@link ImageId} of its own.
 *
 * @param stored how it is stored
 */
public record VolumeId(StoredId stored) implements Comparable<VolumeId> {
    public VolumeId {
        Objects.requireNonNull(stored);
    }

    /** An identity that nothing had before. */
    public static VolumeId random() {
        return new VolumeId(StoredId.random());
    }

    /** The UUID as 32 lower-case hex digits, as names in the pool carry it. */
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
