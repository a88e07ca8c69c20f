// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DigestTest {
    /** SHA-256 of "abc", from FIPS 180-4's examples. */
    private static final String ABC = "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestOfAKnownTextIsWrittenInLowerCaseHex() {
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update("abc".getBytes(StandardCharsets.US_ASCII));

        Digest digest = Digest.finish(DigestAlgorithm.SHA_256, hash);

        assertThat(digest).hasToString(ABC);
        assertThat(digest.algorithm()).isEqualTo(DigestAlgorithm.SHA_256);
        assertThat(ABC).endsWith(":" + digest.hex());
    }

    @Test
    void eitherCaseIsRead() {
        String upper = "sha-256:" + ABC.substring(8).toUpperCase(Locale.ROOT);

        assertThat(Digest.parse(upper)).isEqualTo(Digest.parse(ABC)).hasToString(ABC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha-256",
                "sha-256:",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "md5:900150983cd24fb0d6963f7d28e17f72",
                "SHA-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015",
                "sha-256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha-512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            })
    void whatIsNoDigestIsRefused(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sameBytesOfAnotherAlgorithmAreAnotherDigest() {
        byte[] bytes = new byte[32];

        assertThat(Digest.of(DigestAlgorithm.SHA_256, bytes)).isNotEqualTo(Digest.of(DigestAlgorithm.SCRUBJAY1, bytes));
    }

    @Test
    void bytesAreCopiedInAndOut() {
        byte[] bytes = new byte[32];
        Digest digest = Digest.of(DigestAlgorithm.SHA_256, bytes);

        bytes[0] = 1;
        digest.toBytes()[1] = 1;

        assertThat(digest.toBytes()).isEqualTo(new byte[32]);
    }

    @Test
    void everyAlgorithmIsFoundByItsName() {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            assertThat(DigestAlgorithm.ofWireName(algorithm.wireName())).contains(algorithm);
            assertThat(algorithm.newHash().getDigestLength()).isEqualTo(algorithm.lengthBytes());
        }
        assertThat(DigestAlgorithm.ofWireName("sha-1")).isEmpty();
    }
}
