// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The checksum that a client sent with a piece, and the one of the bytes that came. Confined to one thread at a time.
 */
public final class PieceChecksum {
    /** An algorithm of the tus protocol. */
    public enum Algorithm {
        SHA1("sha1", "SHA-1", 20),
        SHA256("sha256", "SHA-256", 32),
        SHA512("sha512", "SHA-512", 64);

        private final String wireName;
        private final String jcaName;
        private final int lengthBytes;

        Algorithm(String wireName, String jcaName, int lengthBytes) {
            this.wireName = wireName;
            this.jcaName = jcaName;
            this.lengthBytes = lengthBytes;
        }

        /** Its name in the protocol. */
        public String wireName() {
            return wireName;
        }

        /** How many bytes a checksum has. */
        public int lengthBytes() {
            return lengthBytes;
        }

        private MessageDigest newHash() {
            try {
                return MessageDigest.getInstance(jcaName);
            } catch (NoSuchAlgorithmException impossible) {
                throw new AssertionError("every JDK has " + jcaName, impossible);
            }
        }
    }

    private final Algorithm algorithm;
    private final byte[] expected;
    private final MessageDigest hash;

    /**
     * @param expected the client's, of the algorithm's length
     */
    public PieceChecksum(Algorithm algorithm, byte[] expected) {
        if (expected.length != algorithm.lengthBytes()) {
            throw new IllegalArgumentException(
                    algorithm.wireName() + " has " + algorithm.lengthBytes() + " bytes, not " + expected.length);
        }
        this.algorithm = algorithm;
        this.expected = expected.clone();
        this.hash = algorithm.newHash();
    }

    void follow(ByteBuffer bytes) {
        hash.update(bytes);
    }

    /** What differs, for people; called once, after the last byte. */
    Optional<String> mismatch() {
        byte[] actual = hash.digest();
        return MessageDigest.isEqual(expected, actual)
                ? Optional.empty()
                : Optional.of("the bytes of this request have " + algorithm.wireName() + " "
                        + HexFormat.of().formatHex(actual) + ", not "
                        + HexFormat.of().formatHex(expected) + " as Upload-Checksum says; send them again");
    }
}
