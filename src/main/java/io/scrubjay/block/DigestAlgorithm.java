// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The digest algorithms of the API, with their names from RFC 9530, and Scrubjay's own content digest. */
public enum DigestAlgorithm {
    SHA_256("sha-256", "SHA-256", 32),
    SHA_512("sha-512", "SHA-512", 64),
    /** SHA-256 over a header and all leaves; see {@link ContentDigest}. */
    SCRUBJAY1("scrubjay1", "SHA-256", 32);

    private final String wireName;
    private final String jcaName;
    private final int lengthBytes;

    DigestAlgorithm(String wireName, String jcaName, int lengthBytes) {
        this.wireName = wireName;
        this.jcaName = jcaName;
        this.lengthBytes = lengthBytes;
    }

    /** The name in front of the colon. */
    public String wireName() {
        return wireName;
    }

    /** How many bytes a digest has. */
    public int lengthBytes() {
        return lengthBytes;
    }

    public static Optional<DigestAlgorithm> ofWireName(String name) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.wireName.equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** A new hash function of this kind, confined to the thread that uses it. */
    public MessageDigest newHash() {
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has " + jcaName, impossible);
        }
    }
}
