// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A digest: an algorithm and its bytes, written {@code <algorithm>:<lower-case hex>}. */
public final class Digest {
    private static final Map<String, String> OCI_NAMES = Map.of("sha256", "sha-256", "sha512", "sha-512");

    private final DigestAlgorithm algorithm;
    private final byte[] bytes;

    private Digest(DigestAlgorithm algorithm, byte[] bytes) {
        if (bytes.length != algorithm.lengthBytes()) {
            throw new IllegalArgumentException(
                    algorithm.wireName() + " has " + algorithm.lengthBytes() + " bytes, not " + bytes.length);
        }
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    /** A digest of these bytes, which are copied. */
    public static Digest of(DigestAlgorithm algorithm, byte[] bytes) {
        return new Digest(Objects.requireNonNull(algorithm), bytes.clone());
    }

    /** The digest that a hash function has computed; this resets the hash function. */
    public static Digest finish(DigestAlgorithm algorithm, MessageDigest hash) {
        return new Digest(Objects.requireNonNull(algorithm), hash.digest());
    }

    /**
     * Parses {@code <algorithm>:<hex>}; hex digits in either case. {@code sha256} and {@code sha512}, the OCI
     * spellings, are accepted for {@code sha-256} and {@code sha-512}.
     *
     * @throws IllegalArgumentException for an unknown algorithm, a wrong length or anything that is not hex
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a digest must look like <algorithm>:<hex>, not '" + text + "'");
        }
        String name = text.substring(0, colon);
        DigestAlgorithm algorithm = DigestAlgorithm.ofWireName(OCI_NAMES.getOrDefault(name, name))
                .orElseThrow(() -> new IllegalArgumentException("unknown digest algorithm '" + name + "'"));
        String hex = text.substring(colon + 1).toLowerCase(Locale.ROOT);
        return new Digest(algorithm, HexFormat.of().parseHex(hex));
    }

    public DigestAlgorithm algorithm() {
        return algorithm;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && algorithm == that.algorithm && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return algorithm.wireName() + ":" + hex();
    }
}
