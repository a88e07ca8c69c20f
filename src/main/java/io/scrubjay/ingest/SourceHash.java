package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The digest of a stream of windows, in their order. Confined to one thread at a time. */
final class SourceHash {
    /** Direct memory reaches the JDK's hash through an array; this size stays in the first-level cache. */
    private static final int STEP_BYTES = 32 << 10;

    private final DigestAlgorithm algorithm;
    private final MessageDigest hash;
    private final byte[] step = new byte[STEP_BYTES];

    SourceHash(DigestAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.hash = algorithm.newHash();
    }

    void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int count = Math.min(step.length, bytes.remaining());
            bytes.get(step, 0, count);
            hash.update(step, 0, count);
        }
    }

    Digest finish() {
        return Digest.finish(algorithm, hash);
    }
}
