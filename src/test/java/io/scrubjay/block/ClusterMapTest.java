// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClusterMapTest {

    @Test
    void emptyMapHoldsNothing() {
        assertThat(ClusterMap.empty().count()).isZero();
        assertThat(ClusterMap.empty().contains(0)).isFalse();
        assertThat(ClusterMap.empty().nextAllocated(0)).isEqualTo(-1);
        assertThat(ClusterMap.empty()).isEqualTo(ClusterMap.builder().add(3, 0).build());
    }

    @Test
    void runsThatTouchAreOne() {
        ClusterMap map = ClusterMap.builder().add(1, 2).add(3, 4).add(9, 1).build();

        assertThat(map.runs()).containsExactly(new ClusterRun(1, 6), new ClusterRun(9, 1));
        assertThat(map.count()).isEqualTo(7);
    }

    @Test
    void runsOutOfOrderAreRefused() {
        ClusterMap.Builder builder = ClusterMap.builder().add(5, 2);

        assertThatThrownBy(() -> builder.add(6, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.add(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void builtMapDoesNotChangeWithItsBuilder() {
        ClusterMap.Builder builder = ClusterMap.builder().add(1, 1);
        ClusterMap map = builder.build();

        builder.add(2, 1);

        assertThat(map.count()).isEqualTo(1);
    }

    @Test
    void impossibleRunsAreRefused() {
        assertThatThrownBy(() -> new ClusterRun(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClusterRun(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClusterRun(Long.MAX_VALUE, 1)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void hugeRunsCostNoMoreThanSmallOnes() {
        ClusterMap map = ClusterMap.builder().add(1, 1L << 50).build();

        assertThat(map.count()).isEqualTo(1L << 50);
        assertThat(map.contains(1L << 50)).isTrue();
        assertThat(map.contains((1L << 50) + 1)).isFalse();
    }

    @Test
    void bytesWithinStopAtTheLength() {
        ClusterSize clusterSize = new ClusterSize(4096);
        ClusterMap map = ClusterMap.builder().add(1, 2).add(5, 3).build();

        assertThat(map.bytesWithin(8 * 4096, clusterSize)).isEqualTo(5 * 4096);
        assertThat(map.bytesWithin(6 * 4096 - 1, clusterSize)).isEqualTo(3 * 4096 - 1);
        assertThat(map.bytesWithin(4096, clusterSize)).isZero();
    }
}
