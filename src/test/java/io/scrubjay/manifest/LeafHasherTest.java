// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LeafHasherTest {
    private final LeafHasher hasher = new LeafHasher();

    @Test
    void leafOfKnownBytesIsKnown() {
        Leaf leaf = hasher.leaf(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)));

        assertThat(leaf).hasToString("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225/e3069283");
    }

    @Test
    void leafDependsOnTheBytesAndNotOnTheBuffers() {
        Random random = new Random(11);
        for (int length : new int[] {1, 4095, 16384, 16385, 70001, ChunkGrid.CHUNK_BYTES}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            Leaf whole = hasher.leaf(ByteBuffer.wrap(bytes));
            int cut = random.nextInt(length);

            ByteBuffer direct = direct(bytes, 0, length);
            assertThat(hasher.leaf(direct)).as("direct, %d", length).isEqualTo(whole);
            assertThat(direct.remaining()).isEqualTo(length);

            ByteBuffer firstHalf = direct(bytes, 0, cut);
            ByteBuffer secondHalf = ByteBuffer.wrap(bytes, cut, length - cut).slice();
            assertThat(hasher.leaf(List.of(firstHalf, secondHalf)))
                    .as("cut at %d of %d", cut, length)
                    .isEqualTo(whole);
            assertThat(secondHalf.remaining()).isEqualTo(length - cut);

            assertThat(hasher.leaf(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).isEqualTo(whole);
            assertThat(hasher.crc32c(direct)).isEqualTo(whole.crc32c());
            assertThat(direct.remaining()).isEqualTo(length);
        }
    }

    @Test
    void nothingIsNoChunk() {
        assertThatThrownBy(() -> hasher.leaf(ByteBuffer.allocate(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hasher.leaf(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreThanAChunkIsRefused() {
        ByteBuffer tooLong = ByteBuffer.allocate(ChunkGrid.CHUNK_BYTES + 1);

        assertThatThrownBy(() -> hasher.leaf(tooLong)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hasher.crc32c(tooLong)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Between other bytes, so that position and limit matter. */
    private static ByteBuffer direct(byte[] bytes, int offset, int length) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(length + 10);
        buffer.put(5, bytes, offset, length);
        return buffer.position(5).limit(5 + length);
    }
}
