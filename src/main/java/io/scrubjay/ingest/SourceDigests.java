// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.Sha256;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The digests of a stream as it was sent: SHA-256 always, SHA-512 beside it when the sender gave one. Confined to the
 * coordinator.
 */
final class SourceDigests implements AutoCloseable {
    private final List<Digest> expected;
    private final Sha256 sha256 = Sha256.create();
    private final Optional<SideHash> sha512;

    /**
     * @param expected what the sender says they are
     * @param sideThreads where a SHA-512 is computed
     */
    SourceDigests(List<Digest> expected, Executor sideThreads) {
        this.expected = expected;
        this.sha512 = expected.stream()
                .filter(digest -> digest.algorithm() == DigestAlgorithm.SHA_512)
                .findFirst()
                .map(digest -> new SideHash(DigestAlgorithm.SHA_512, sideThreads));
    }

    /** The next bytes of the stream. */
    void follow(WindowPart part) {
        sha512.ifPresent(hash -> hash.feed(part));
        sha256.update(part.view());
    }

    /**
     * The SHA-256 of the whole stream.
     *
     * @throws RefusedException {@code digest-mismatch} when a digest is not what the sender says
     */
    Digest finish() {
        Digest source = Digest.of(DigestAlgorithm.SHA_256, sha256.digest());
        Optional<Digest> other = sha512.map(hash -> Stages.await(hash.finish()));
        for (Digest digest : expected) {
            require(digest, digest.algorithm() == DigestAlgorithm.SHA_512 ? other.orElseThrow() : source);
        }
        return source;
    }

    private static void require(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the received bytes have " + actual + ", not the expected " + expected);
        }
    }

    /** Ends what computes beside the coordinator. */
    @Override
    public void close() {
        sha512.ifPresent(SideHash::stop);
    }
}
