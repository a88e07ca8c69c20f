// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The content digest computed twice: naively, and as an ingest does it. */
final class ContentDigestReference {
    private static final int MIB = 1 << 20;

    private ContentDigestReference() {}

    /** The definition, word for word, with nothing of the code under test. */
    static String naive(byte[] content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeBytes("scrubjay1\n");
            out.writeLong(content.length);
            out.writeInt(1048576);
            for (int at = 0; at < content.length; at += MIB) {
                out.write(sha256.digest(Arrays.copyOfRange(content, at, Math.min(content.length, at + MIB))));
            }
            StringBuilder hex = new StringBuilder("scrubjay1:");
            for (byte value : sha256.digest(bytes.toByteArray())) {
                hex.append(String.format("%02x", value));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Feeds only the chunks that are not zero, as an ingest does. */
    static String sparse(byte[] content) {
        ContentDigest digest = ContentDigest.ofLength(content.length);
        ChunkGrid grid = new ChunkGrid(content.length);
        for (long chunk = 0; chunk < grid.count(); chunk++) {
            ByteRange range = grid.range(chunk);
            byte[] bytes = Arrays.copyOfRange(content, (int) range.offset(), (int) range.end());
            if (!Arrays.equals(bytes, new byte[bytes.length])) {
                digest.zeroChunks(chunk);
                digest.leaf(DigestAlgorithm.SHA_256.newHash().digest(bytes));
            }
        }
        return digest.finish().toString();
    }
}
