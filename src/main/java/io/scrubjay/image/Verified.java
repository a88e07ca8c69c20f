// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;

import java.util.Objects;
import java.util.Optional;

/**
 * The three content digests that prove an image, each present once it has been computed.
 *
 * @param stream the digest of the decoded stream, as it was received
 * @param closed the digest that was read back from the medium after the head was flushed and closed
 * @param snapshot the digest that was read from the medium through the sealed snapshot
 */
public record Verified(Optional<Digest> stream, Optional<Digest> closed, Optional<Digest> snapshot) {
    /** Nothing computed yet. */
    public static final Verified NOTHING = new Verified(Optional.empty(), Optional.empty(), Optional.empty());

    public Verified {
        Objects.requireNonNull(stream);
        Objects.requireNonNull(closed);
        Objects.requireNonNull(snapshot);
    }

    /** The digests of a committed image that was sent: all three were this one. */
    public static Verified all(Digest contentDigest) {
        return new Verified(Optional.of(contentDigest), Optional.of(contentDigest), Optional.of(contentDigest));
    }

    public Verified withStream(Digest digest) {
        return new Verified(Optional.of(digest), closed, snapshot);
    }

    public Verified withClosed(Digest digest) {
        return new Verified(stream, Optional.of(digest), snapshot);
    }

    public Verified withSnapshot(Digest digest) {
        return new Verified(stream, closed, Optional.of(digest));
    }
}
