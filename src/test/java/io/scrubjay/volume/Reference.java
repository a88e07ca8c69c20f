// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The content digest as its definition has it, with nothing of ours but the value it is put into. */
final class Reference {
    private Reference() {}

    static Digest contentDigest(byte[] bytes) {
        MessageDigest whole = DigestAlgorithm.SHA_256.newHash();
        whole.update("scrubjay1\n".getBytes(StandardCharsets.US_ASCII));
        whole.update(
                ByteBuffer.allocate(12).putLong(bytes.length).putInt(1 << 20).flip());
        for (int at = 0; at < bytes.length; at += 1 << 20) {
            MessageDigest chunk = DigestAlgorithm.SHA_256.newHash();
            chunk.update(bytes, at, Math.min(1 << 20, bytes.length - at));
            whole.update(chunk.digest());
        }
        return Digest.of(DigestAlgorithm.SCRUBJAY1, whole.digest());
    }
}
