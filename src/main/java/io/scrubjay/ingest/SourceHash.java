package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The digest of a stream of windows, in their order. Confined to one thread at a time. */
final class SourceHash {
    private final DigestAlgorithm algorithm;
    private final MessageDigest hash;

    SourceHash(DigestAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.hash = algorithm.newHash();
    }

    void update(ByteBuffer bytes) {
        hash.update(bytes);
    }

    Digest finish() {
        return Digest.finish(algorithm, hash);
    }
}
