// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LentBufferTest {
    private final byte[] memory = {0, 1, 2, 3, 4, 5, 6, 7};

    private static byte[] bytes(LentBytes lent) {
        byte[] bytes = new byte[lent.length()];
        lent.view().get(bytes);
        return bytes;
    }

    @Test
    void bytesAreThoseBetweenPositionAndLimitAtTheBeginning() {
        // Given
        ByteBuffer buffer = ByteBuffer.wrap(memory, 2, 4);
        LentBytes lent = new LentBuffer(buffer);
        // When
        buffer.clear();
        // Then
        assertThat(bytes(lent)).containsExactly(2, 3, 4, 5);
        assertThat(bytes(lent.slice(1, 2))).containsExactly(3, 4);
        assertThat(lent.view().isReadOnly()).isTrue();
    }

    @Test
    void partOfAnArrayIsLentWithoutACopy() {
        // Given
        LentBytes lent = new LentBuffer(memory, 1, 6);
        // When
        memory[3] = 9;
        // Then
        assertThat(bytes(lent.slice(1, 4).slice(1, 2))).containsExactly(9, 4);
    }

    @Test
    void nothingBesideItIsLent() {
        LentBytes lent = new LentBuffer(memory, 1, 6);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> lent.slice(3, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> new LentBuffer(memory, 3, 6));
    }
}
