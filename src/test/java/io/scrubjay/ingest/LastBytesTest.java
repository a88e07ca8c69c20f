// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class LastBytesTest {
    private static final String STREAM = "abcdefghijklmnopqrstuvwxyz";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 26})
    void theLastBytesAreKeptHoweverTheyCome(int pieceBytes) {
        // Given
        LastBytes last = new LastBytes(4);
        ByteBuffer stream = ByteBuffer.wrap(STREAM.getBytes(StandardCharsets.US_ASCII));

        for (int offset = 0; offset < STREAM.length(); offset += pieceBytes) {
            // When
            int length = Math.min(pieceBytes, STREAM.length() - offset);
            last.follow(stream.slice(offset, length));

            // Then
            int end = offset + length;
            assertThat(StandardCharsets.US_ASCII.decode(last.get()).toString())
                    .isEqualTo(STREAM.substring(Math.max(0, end - 4), end));
        }
    }
}
