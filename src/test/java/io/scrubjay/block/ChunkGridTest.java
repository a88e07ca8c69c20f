// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChunkGridTest {
    private static final long MIB = 1 << 20;

    @Test
    void emptyContentHasNoChunk() {
        assertThat(new ChunkGrid(0).count()).isZero();
        assertThatThrownBy(() -> new ChunkGrid(0).range(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void lastChunkIsAsShortAsItIs() {
        ChunkGrid grid = new ChunkGrid(2 * MIB + 1);

        assertThat(grid.count()).isEqualTo(3);
        assertThat(grid.range(1)).isEqualTo(new ByteRange(MIB, MIB));
        assertThat(grid.range(2)).isEqualTo(new ByteRange(2 * MIB, 1));
        assertThatThrownBy(() -> grid.range(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> grid.range(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void wholeChunksHaveNoShortOneBehindThem() {
        assertThat(new ChunkGrid(2 * MIB).count()).isEqualTo(2);
        assertThat(new ChunkGrid(2 * MIB).range(1)).isEqualTo(new ByteRange(MIB, MIB));
    }

    @Test
    void negativeLengthIsRefused() {
        assertThatThrownBy(() -> new ChunkGrid(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
