// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import com.github.luben.zstd.ZstdOutputStream;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ZstdDecompressorTest extends PackedContract {
    private final byte[] first = text(1, 400);
    private final byte[] second = text(2, 90);
    private final byte[] begin = skippable(0, 7);
    private final byte[] firstFrame = packed(first, 19);
    private final byte[] secondFrame = packed(second, 1);
    private final byte[] end = skippable(15, 0);

    private static byte[] skippable(int kind, int length) {
        return ByteBuffer.allocate(8 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184d2a50 + kind)
                .putInt(length)
                .array();
    }

    private static byte[] packed(byte[] file, int windowLog) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(packed)) {
            zstd.setChecksum(true);
            if (windowLog > 1) {
                zstd.setLong(windowLog);
            }
            zstd.write(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    @Override
    protected Decompressor open() {
        return new ZstdDecompressor(budget.share("decompressing this file"));
    }

    @Override
    protected byte[] sent() {
        return joined(begin, firstFrame, secondFrame, end);
    }

    @Override
    protected byte[] file() {
        return joined(first, second);
    }

    @Override
    protected boolean isWhole(int firstBytes) {
        int withFirst = begin.length + firstFrame.length;
        return firstBytes == begin.length || firstBytes == withFirst || firstBytes == withFirst + secondFrame.length;
    }

    @Override
    byte[] packed(byte[] file) {
        return packed(file, 1);
    }

    @Test
    void longestWindowIsDecoded() {
        // Given
        byte[] file = text(3, 3 << 20);

        // When
        byte[] decoded = decoded(packed(file, 27), IntStream.of(5, 6, 7, 100));

        // Then
        assertThat(decoded).isEqualTo(file);
    }

    /** Magic, no flags, and a window of 2^(10 + its upper five bits), and of as many eighths more as its lower three say. */
    @ParameterizedTest
    @CsvSource({"a8, 2G", "90, 256M", "89, 144M", "f8, 2T"})
    void longerWindowIsRefusedWithBothSizesBeforeItIsAllocated(String descriptor, String asked) {
        // Given
        byte[] header = HexFormat.of().parseHex("28b52ffd00" + descriptor);
        try (Decompressor decompressor = open()) {
            // When
            RefusedException refused = catchThrowableOfType(
                    RefusedException.class, () -> PackedStreams.decode(decompressor, joined(begin, header)));

            // Then
            assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
            assertThat(refused)
                    .hasMessageContaining("at byte " + begin.length + ", a window of " + asked + ";")
                    .hasMessageContaining("allows 128M")
                    .hasMessageContaining("--long=27");
            assertThat(budget.takenBytes()).isZero();
        }
    }

    /** A frame in one segment has its content for a window. */
    @ParameterizedTest
    @ValueSource(strings = {"e00000000000000080", "e0ffffffffffffff7f", "a001000008"})
    void longerSegmentIsRefusedLikeALongerWindow(String flagsAndSize) {
        // Given
        byte[] sent = HexFormat.of().parseHex("28b52ffd" + flagsAndSize);

        // When
        RefusedException refused = refused(sent);

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageContaining("a window of ").hasMessageContaining("allows 128M");
    }

    @ParameterizedTest
    @CsvSource({"28b52ffd015807, 7", "28b52ffd02580701, 263", "28b52ffd035807000080, 2147483655"})
    void frameThatNeedsADictionaryIsRefusedWithItsId(String header, String id) {
        // When
        RefusedException refused = refused(HexFormat.of().parseHex(header));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageContaining("the dictionary " + id + ",");
    }

    @Test
    void lz4BehindASkippableFrameIsNamed() {
        // When
        RefusedException refused = refused(joined(begin, HexFormat.of().parseHex("04224d186470b9")));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageContaining("lz4 -dc");
    }

    @Test
    void windowThatOthersLeaveNoRoomForIsBusy() {
        // Given
        Decompressors agent = new Decompressors(threads, 130L << 20, new MemoryBudget(0));
        byte[] large = packed(text(4, 1000), 27);
        try (Decompressor running = agent.open(Compression.ZSTD);
                Decompressor late = agent.open(Compression.ZSTD)) {
            PackedStreams.decode(running, Arrays.copyOf(large, large.length - 1));

            // When
            RefusedException refused =
                    catchThrowableOfType(RefusedException.class, () -> PackedStreams.decode(late, large));

            // Then
            assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
            assertThat(refused).hasMessageContaining("leave 2M of 130M");
        }
    }
}
