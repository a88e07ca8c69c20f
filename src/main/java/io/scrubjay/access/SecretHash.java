// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The SHA-256 of a secret. Compared in constant time; never printed. Immutable. */
final class SecretHash {
    private final byte[] hash;

    private SecretHash(byte[] hash) {
        this.hash = hash;
    }

    static SecretHash of(String secret) {
        return of(secret.getBytes(StandardCharsets.UTF_8));
    }

    static SecretHash of(byte[] secret) {
        try {
            return new SecretHash(MessageDigest.getInstance("SHA-256").digest(secret));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretHash that && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "secret";
    }
}
