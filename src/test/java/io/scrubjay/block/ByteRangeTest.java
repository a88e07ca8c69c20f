// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ByteRangeTest {
    @Test
    void endIsTheFirstByteAfterTheRange() {
        assertThat(new ByteRange(5, 7).end()).isEqualTo(12);
        assertThat(ByteRange.between(5, 12)).isEqualTo(new ByteRange(5, 7));
        assertThat(new ByteRange(5, 0).isEmpty()).isTrue();
        assertThat(new ByteRange(5, 1).isEmpty()).isFalse();
    }

    @Test
    void negativeRangesAreRefused() {
        assertThatThrownBy(() -> new ByteRange(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteRange(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteRange.between(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rangeThatWrapsIsRefused() {
        assertThat(new ByteRange(Long.MAX_VALUE, 0).end()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> new ByteRange(Long.MAX_VALUE, 1)).isInstanceOf(ArithmeticException.class);
    }
}
