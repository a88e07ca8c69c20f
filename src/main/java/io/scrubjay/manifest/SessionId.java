// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;
import java.util.Optional;

/**
 * Identifies the session of a resumable upload: unique for ever, and hard to guess. The image that is made of it has an
 * {@link ImageId} of its own.
 *
 * @param stored how it is stored
 */
public record SessionId(StoredId stored) implements Comparable<SessionId> {
    public SessionId {
        Objects.requireNonNull(stored);
    }

    /** A new id. */
    public static SessionId random() {
        return new SessionId(StoredId.random());
    }

    /** Parses 32 lower-case hex digits; empty for anything else. */
    public static Optional<SessionId> ofHex(String text) {
        return StoredId.ofHex(text).map(SessionId::new);
    }

    /** The UUID as 32 lower-case hex digits, as in URLs and in the names of volumes in the pool. */
    public String hex() {
        return stored.hex();
    }

    /** In the order of the hex digits. */
    @Override
    public int compareTo(SessionId other) {
        return stored.compareTo(other.stored);
    }

    /** The 32 hex digits. */
    @Override
    public String toString() {
        return hex();
    }
}
