// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.Sha256;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The running digest of a stream, by the fastest implementation of its algorithm. Confined to one thread at a time.
 *
 * @param update adds bytes, from the position of the buffer to its limit
 * @param finish the digest of everything added; called once
 */
record StreamHash(Consumer<ByteBuffer> update, Supplier<Digest> finish) {
    static StreamHash of(DigestAlgorithm algorithm) {
        if (algorithm == DigestAlgorithm.SHA_256) {
            Sha256 sha256 = Sha256.create();
            return new StreamHash(sha256::update, () -> Digest.of(algorithm, sha256.digest()));
        }
        MessageDigest hash = algorithm.newHash();
        return new StreamHash(hash::update, () -> Digest.finish(algorithm, hash));
    }
}
