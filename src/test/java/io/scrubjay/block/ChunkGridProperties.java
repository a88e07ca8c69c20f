// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

class ChunkGridProperties {
    private static final long MIB = 1 << 20;

    @Property
    void chunksCoverTheContentWithoutGapOrOverlap(@ForAll @LongRange(min = 1, max = 40 * MIB) long lengthBytes) {
        ChunkGrid grid = new ChunkGrid(lengthBytes);

        long at = 0;
        for (long chunk = 0; chunk < grid.count(); chunk++) {
            ByteRange range = grid.range(chunk);
            assertThat(range.offset()).isEqualTo(at);
            assertThat(range.length()).isBetween(1L, MIB);
            assertThat(ChunkGrid.chunkOf(range.offset())).isEqualTo(chunk);
            assertThat(ChunkGrid.chunkOf(range.end() - 1)).isEqualTo(chunk);
            at = range.end();
        }
        assertThat(at).isEqualTo(lengthBytes);
    }

    @Property
    void largestLengthsAreCountedExactly(@ForAll @LongRange(min = 1L << 55) long lengthBytes) {
        ChunkGrid grid = new ChunkGrid(lengthBytes);

        assertThat(grid.range(grid.count() - 1).end()).isEqualTo(lengthBytes);
    }
}
