// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContentDigestTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 12345})
    void digestOfAnyLengthIsTheDefinitions(int lengthBytes) {
        byte[] content = new byte[lengthBytes];
        assertThat(ContentDigestReference.sparse(content))
                .as("zeroes")
                .isEqualTo(ContentDigestReference.naive(content));

        new Random(lengthBytes).nextBytes(content);
        assertThat(ContentDigestReference.sparse(content)).as("data").isEqualTo(ContentDigestReference.naive(content));
    }

    /** Computed outside Java, so that definition and reference cannot be wrong together. */
    @Test
    void goldenDigests() {
        assertThat(ContentDigest.ofLength(0).finish())
                .hasToString("scrubjay1:ee1c68cfd37d475f0a4de1b77b0df4ff7c984838d295e971e816ab6bab358bb9");
        assertThat(ContentDigest.ofLength(1).finish())
                .hasToString("scrubjay1:51ef68dfdbb965e234420e54f38c725fcc287b5a2ea330b214540a7df280e307");
        assertThat(ContentDigest.ofLength(4L << 30).finish())
                .hasToString("scrubjay1:e3cc1a7df3d7dee37595c455650b1febc4ec33a01638acbf1f34603f301b3525");
    }

    @Test
    void lengthIsPartOfTheDigest() {
        assertThat(ContentDigest.ofLength(5).finish())
                .isNotEqualTo(ContentDigest.ofLength(6).finish());
    }

    @Test
    void nextChunkCountsDataAndZeroes() {
        ContentDigest digest = ContentDigest.ofLength(5L * MIB);
        digest.leaf(new byte[32]);
        digest.zeroChunks(3);
        digest.zeroChunks(2);

        assertThat(digest.nextChunk()).isEqualTo(3);
    }

    @Test
    void moreLeavesThanChunksAreRefused() {
        ContentDigest digest = ContentDigest.ofLength(MIB);
        digest.leaf(new byte[32]);

        assertThatThrownBy(() -> digest.leaf(new byte[32])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leafOfAnotherLengthIsRefused() {
        ContentDigest digest = ContentDigest.ofLength(MIB);

        assertThatThrownBy(() -> digest.leaf(new byte[64])).isInstanceOf(IllegalArgumentException.class);
    }
}
