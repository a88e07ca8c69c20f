// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;

import static org.assertj.core.api.Assertions.assertThat;

class AlignedBufferTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512, 4095, 4096, 4097, 65536, 1000001})
    void bufferOfAnyCapacityIsAligned(int capacityBytes) {
        ByteBuffer buffer = AlignedBuffer.allocate(capacityBytes);

        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.capacity()).isEqualTo(capacityBytes);
        assertThat(buffer.remaining()).isEqualTo(capacityBytes);
        assertThat(buffer.alignmentOffset(0, AlignedBuffer.ALIGNMENT_BYTES)).isZero();
        assertThat(buffer).isEqualTo(ByteBuffer.allocate(capacityBytes));
    }
}
