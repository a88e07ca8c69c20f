// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;

import java.util.Objects;
import java.util.Optional;

/**
 * The three content digests an image is proven by, each there once it has been computed.
 *
 * @param stream of the decoded stream, as it came in
 * @param closed read back from the medium after the head was flushed and closed
 * @param snapshot read from the medium through the sealed snapshot
 */
public record Verified(Optional<Digest> stream, Optional<Digest> closed, Optional<Digest> snapshot) {
    /** Nothing computed yet. */
    public static final Verified NOTHING = new Verified(Optional.empty(), Optional.empty(), Optional.empty());

    public Verified {
        Objects.requireNonNull(stream);
        Objects.requireNonNull(closed);
        Objects.requireNonNull(snapshot);
    }

    /** What a committed manifest stands for: all three were this one. */
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
