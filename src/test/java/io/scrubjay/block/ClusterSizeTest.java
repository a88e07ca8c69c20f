// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClusterSizeTest {
    @ParameterizedTest
    @ValueSource(strings = {"4K", "64K", "1M", "16M"})
    void powersOfTwoAreClusterSizes(String text) {
        assertThat(ClusterSize.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2K", "32M", "6K", "65535", "4G", "16T"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> ClusterSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster size");
    }

    @Test
    void roundingUpPastTheLargestNumberIsRefused() {
        assertThatThrownBy(() -> new ClusterSize(4096).roundUp(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }
}
