// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ZeroScanTest {
    private static final List<Integer> LENGTHS =
            List.of(0, 1, 7, 8, 9, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1000, 4096, 70_001);

    @Test
    void everyVariantFindsOneBitAtEveryPlace() {
        for (int variant = 0; variant < ScanNative.variants(); variant++) {
            if (ScanNative.supported(variant) == 0) {
                continue;
            }
            for (int skew = 0; skew < 9; skew++) {
                // Given zeroes of no particular alignment, and dirt on both sides of them
                int length = 700;
                ByteBuffer memory = ByteBuffer.allocateDirect(length + 32);
                memory.put(skew, (byte) 1).put(skew + length + 1, (byte) 1);
                ByteBuffer bytes = memory.slice(skew + 1, length);
                for (int place = 0; place < length; place++) {
                    // When one bit is set
                    bytes.put(place, (byte) (1 << (place % 8)));
                    long found = ScanNative.zeroPrefix(variant, BufferAddress.of(bytes), length);
                    bytes.put(place, (byte) 0);

                    // Then that is where the zeroes end
                    assertThat(found).as("variant %d, skew %d", variant, skew).isEqualTo(place);
                }
                assertThat(ScanNative.zeroPrefix(variant, BufferAddress.of(bytes), length))
                        .isEqualTo(length);
            }
        }
    }

    @Test
    void thePortableVariantIsAlwaysThere() {
        assertThat(ScanNative.variants()).isPositive();
        assertThat(ScanNative.supported(0)).isEqualTo(1);
        assertThat(ScanNative.supported(ScanNative.variants())).isZero();
    }

    @Test
    void heapAndDirectBuffersGiveTheSameAnswer() {
        for (int length : LENGTHS) {
            for (ByteBuffer bytes : List.of(ByteBuffer.allocate(length), ByteBuffer.allocateDirect(length))) {
                assertThat(ZeroScan.isZero(bytes)).isTrue();
                assertThat(ZeroScan.zeroPrefix(bytes)).isEqualTo(length);
                if (length > 0) {
                    bytes.put(length - 1, (byte) -1);
                    assertThat(ZeroScan.isZero(bytes)).isFalse();
                    assertThat(ZeroScan.zeroPrefix(bytes)).isEqualTo(length - 1);
                }
            }
        }
    }

    @Test
    void onlyPositionToLimitIsLookedAt() {
        for (ByteBuffer bytes : List.of(ByteBuffer.allocate(1000), ByteBuffer.allocateDirect(1000))) {
            // Given dirt before the position and at the limit
            bytes.put(99, (byte) 1).put(800, (byte) 1).position(100).limit(800);

            // Then neither counts, and nothing has moved
            assertThat(ZeroScan.isZero(bytes)).isTrue();
            assertThat(ZeroScan.isZero(bytes.asReadOnlyBuffer())).isTrue();
            assertThat(bytes.position()).isEqualTo(100);
            assertThat(bytes.limit()).isEqualTo(800);
        }
    }

    @Test
    void runsOfBlocksEndWhereTheirKindEnds() {
        for (ByteBuffer bytes : List.of(ByteBuffer.allocate(1050), ByteBuffer.allocateDirect(1050))) {
            // Given blocks of 100: data, data, zeroes, data …, a short block of zeroes
            bytes.put(50, (byte) 1).put(199, (byte) 1).put(300, (byte) 1);

            // Then
            assertThat(ZeroScan.dataBlocks(bytes, 100)).isEqualTo(200);
            assertThat(ZeroScan.zeroBlocks(bytes, 100)).isZero();
            bytes.position(200);
            assertThat(ZeroScan.dataBlocks(bytes, 100)).isZero();
            assertThat(ZeroScan.zeroBlocks(bytes, 100)).isEqualTo(100);
            bytes.position(300);
            assertThat(ZeroScan.dataBlocks(bytes, 100)).isEqualTo(100);
            bytes.position(400);
            assertThat(ZeroScan.zeroBlocks(bytes, 100)).isEqualTo(650);
            bytes.put(1049, (byte) 1);
            assertThat(ZeroScan.zeroBlocks(bytes, 100)).isEqualTo(600);
            bytes.position(1000);
            assertThat(ZeroScan.dataBlocks(bytes, 100)).isEqualTo(50);
            bytes.position(1050);
            assertThat(ZeroScan.dataBlocks(bytes, 100)).isZero();
            assertThat(ZeroScan.zeroBlocks(bytes, 100)).isZero();
        }
    }

    @Test
    void emptyBlocksAreRefused() {
        ByteBuffer bytes = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> ZeroScan.zeroBlocks(bytes, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ZeroScan.dataBlocks(bytes, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void heapBuffersHaveNoAddress() {
        ByteBuffer bytes = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> BufferAddress.of(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theAddressIsThatOfThePosition() {
        ByteBuffer bytes = AlignedBuffer.allocate(8192);
        long start = BufferAddress.of(bytes);
        assertThat(start % AlignedBuffer.ALIGNMENT_BYTES).isZero();
        assertThat(BufferAddress.of(bytes.position(5))).isEqualTo(start + 5);
        assertThat(BufferAddress.of(bytes.slice(6, 1))).isEqualTo(start + 6);
        assertThat(BufferAddress.of(bytes.asReadOnlyBuffer())).isEqualTo(start + 5);
    }
}
