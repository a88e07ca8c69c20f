// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The origin of an image: the bytes as they were sent.
 *
 * @param format {@code raw}, {@code qcow2}: 1 to 16 lower-case letters, digits and dashes
 * @param compression {@code none}, {@code gzip} and so on, with the same characters
 * @param receivedBytes how many bytes were sent
 * @param sourceDigest SHA-256 of the bytes as they were sent
 * @param expectedDigest the source digest the sender gave, SHA-256 or SHA-512; it was compared before the commit
 */
public record Upload(
        String format, String compression, long receivedBytes, Digest sourceDigest, Optional<Digest> expectedDigest)
        implements Origin {
    private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,16}");

    public Upload {
        requireWord(format);
        requireWord(compression);
        if (receivedBytes < 0) {
            throw new IllegalArgumentException("negative number of bytes received: " + receivedBytes);
        }
        if (sourceDigest.algorithm() != DigestAlgorithm.SHA_256) {
            throw new IllegalArgumentException("a source digest is a sha-256, not " + sourceDigest);
        }
        Objects.requireNonNull(expectedDigest);
        expectedDigest.ifPresent(expected -> requireMet(sourceDigest, expected));
    }

    @Override
    public int formatVersion() {
        return Manifest.FORMAT_VERSION;
    }

    private static void requireWord(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException("not the name of a format: '" + word + "'");
        }
    }

    private static void requireMet(Digest source, Digest expected) {
        switch (expected.algorithm()) {
            case SHA_256 -> {
                if (!expected.equals(source)) {
                    throw new IllegalArgumentException(source + " was received, not the expected " + expected);
                }
            }
            case SHA_512 -> {
                // The ingest has compared it; no other SHA-512 of the source is stored that it could be compared with
                // here.
            }
            case SCRUBJAY1 -> throw new IllegalArgumentException("an expected digest is of the source: " + expected);
        }
    }
}
