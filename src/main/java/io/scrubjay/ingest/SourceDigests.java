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
 * The digests of a stream as it was sent: always SHA-256, and SHA-512 as well when the sender gave one. Confined to the
 * coordinator.
 */
final class SourceDigests implements AutoCloseable {
    private final List<Digest> expected;
    private final Sha256 sha256 = Sha256.create();
    private final Optional<SideHash> sha512;

    /**
     * @param expected the digests that the sender gave
     * @param sideThreads the threads that compute a SHA-512
     */
    SourceDigests(List<Digest> expected, Executor sideThreads) {
        this.expected = expected;
        this.sha512 = expected.stream()
                .filter(digest -> digest.algorithm() == DigestAlgorithm.SHA_512)
                .findFirst()
                .map(digest -> new SideHash(DigestAlgorithm.SHA_512, sideThreads));
    }

    /** Adds the next bytes of the stream. */
    void follow(WindowPart part) {
        sha512.ifPresent(hash -> hash.feed(part));
        sha256.update(part.view());
    }

    /**
     * The SHA-256 of the whole stream.
     *
     * @throws RefusedException {@code digest-mismatch} when a digest differs from the one that the sender gave
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

    /** Stops the thread next to the coordinator. */
    @Override
    public void close() {
        sha512.ifPresent(SideHash::stop);
    }
}
