// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class UncompressedTest extends DecompressorContract {
    private final byte[] bytes = new byte[777];

    UncompressedTest() {
        new Random(5).nextBytes(bytes);
    }

    @Override
    protected Decompressor open() {
        return new Uncompressed();
    }

    @Override
    protected byte[] sent() {
        return bytes;
    }

    @Override
    protected byte[] file() {
        return bytes;
    }

    @Override
    protected boolean isWhole(int firstBytes) {
        return true;
    }

    @Override
    protected int pieceBytesMax(int longestSent) {
        return longestSent;
    }

    @Test
    void nothingIsCopied() {
        // Given
        List<StreamPiece> out = new ArrayList<>();
        StreamPiece sent = new StreamPiece(StreamOffset.START, HeapBytes.of(bytes, 0, 100));
        // When
        open().decode(sent, out::add);
        // Then
        assertThat(out).singleElement().isSameAs(sent);
    }
}
