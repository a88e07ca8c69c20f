// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The digests of a stream as it was sent: always SHA-256, and SHA-512 as well when the sender gave one. The coordinator
 * computes the SHA-256 itself if it has nothing to decompress; every other digest is computed next to it, so that
 * decompressing and hashing run at the same time. Confined to the coordinator.
 */
final class SourceDigests implements AutoCloseable {
    private final List<Digest> expected;
    private final Optional<StreamHash> own;
    private final Map<DigestAlgorithm, SideHash> beside = new EnumMap<>(DigestAlgorithm.class);

    /**
     * @param expected the digests that the sender gave
     * @param sideThreads the threads next to coordinators
     * @param compression of the stream
     */
    SourceDigests(List<Digest> expected, Executor sideThreads, Compression compression) {
        this.expected = expected;
        this.own = compression == Compression.NONE
                ? Optional.of(StreamHash.of(DigestAlgorithm.SHA_256))
                : Optional.empty();
        if (own.isEmpty()) {
            beside.put(DigestAlgorithm.SHA_256, new SideHash(DigestAlgorithm.SHA_256, sideThreads));
        }
        if (expected.stream().anyMatch(digest -> digest.algorithm() == DigestAlgorithm.SHA_512)) {
            beside.put(DigestAlgorithm.SHA_512, new SideHash(DigestAlgorithm.SHA_512, sideThreads));
        }
    }

    /** Adds the next bytes to the digests that are computed next to the coordinator, before it decodes them. */
    void begin(WindowPart part) {
        beside.values().forEach(hash -> hash.feed(part));
    }

    /** Adds the same bytes to the digest that the coordinator computes, after it has decoded them. */
    void follow(WindowPart part) {
        own.ifPresent(hash -> hash.update().accept(part.view()));
    }

    /**
     * The SHA-256 of the whole stream.
     *
     * @throws RefusedException {@code digest-mismatch} when a digest differs from the one that the sender gave
     */
    Digest finish() {
        Map<DigestAlgorithm, Digest> actual = new EnumMap<>(DigestAlgorithm.class);
        own.ifPresent(hash -> actual.put(DigestAlgorithm.SHA_256, hash.finish().get()));
        beside.forEach((algorithm, hash) -> actual.put(algorithm, Stages.await(hash.finish())));
        for (Digest digest : expected) {
            require(digest, actual.get(digest.algorithm()));
        }
        return actual.get(DigestAlgorithm.SHA_256);
    }

    private static void require(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the received bytes have " + actual + ", not the expected " + expected);
        }
    }

    /** Stops the threads next to the coordinator. */
    @Override
    public void close() {
        beside.values().forEach(SideHash::stop);
    }
}
