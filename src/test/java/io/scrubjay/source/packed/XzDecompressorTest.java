// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class XzDecompressorTest extends PackedContract {
    private static final int DICTIONARY_BYTES = 2 << 20;

    private final byte[] first = text(1, 300);
    private final byte[] second = text(2, 80);
    private final byte[] firstStream = packed(first, XZ.CHECK_CRC64, 100);
    private final byte[] secondStream = packed(second, XZ.CHECK_SHA256, 100);

    private static byte[] packed(byte[] file, int check, int blockBytes, FilterOptions... filters) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try {
            LZMA2Options lzma2 = new LZMA2Options(1);
            lzma2.setDictSize(DICTIONARY_BYTES);
            FilterOptions[] chain = Arrays.copyOf(filters, filters.length + 1);
            chain[filters.length] = lzma2;
            try (XZOutputStream xz = new XZOutputStream(packed, chain, check)) {
                for (int at = 0; at < file.length; at += blockBytes) {
                    xz.write(file, at, Math.min(blockBytes, file.length - at));
                    xz.endBlock();
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    @Override
    protected Decompressor open() {
        return new XzDecompressor(threads, budget.share("decompressing this file"));
    }

    @Override
    protected byte[] sent() {
        return joined(firstStream, new byte[8], secondStream, new byte[4]);
    }

    @Override
    protected byte[] file() {
        return joined(first, second);
    }

    @Override
    protected boolean isWhole(int firstBytes) {
        int behind = firstBytes - firstStream.length;
        return behind == 0 || behind == 4 || behind == 8 || firstBytes == sent().length - 4;
    }

    @Override
    byte[] packed(byte[] file) {
        return packed(file, XZ.CHECK_CRC32, 1 << 20);
    }

    /** As each decoder makes a dictionary: of all bits every seventh, so that each place in a byte has its turn. */
    @Override
    int bitStride() {
        return Integer.getInteger("scrubjay.test.scale", 1) > 1 ? 1 : 7;
    }

    /** The library reads the header of what might be another stream. */
    @Override
    int placeOfGarbage(int streamBytes) {
        return streamBytes + 12;
    }

    @ParameterizedTest
    @ValueSource(ints = {XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256})
    void everyCheckIsKnown(int check) {
        // Given
        byte[] file = text(3, 300_000);

        // When
        byte[] decoded = decoded(packed(file, check, 100_000), IntStream.range(1, 500));

        // Then
        assertThat(decoded).isEqualTo(file);
    }

    @Test
    void filtersForExecutablesAndDeltasAreKnown() throws IOException {
        // Given
        byte[] file = text(4, 300_000);

        // When
        byte[] x86 = decoded(packed(file, XZ.CHECK_CRC32, 70_000, new X86Options()), IntStream.range(1, 500));
        byte[] delta = decoded(packed(file, XZ.CHECK_CRC32, 70_000, new DeltaOptions(4)), IntStream.range(1, 500));

        // Then
        assertThat(x86).isEqualTo(file);
        assertThat(delta).isEqualTo(file);
    }

    @Test
    void wrongCheckOfABlockIsFound() {
        // Given
        byte[] sent = packed(first, XZ.CHECK_CRC32, 1 << 20);
        // The index with one record has 8 bytes, the footer 12.
        sent[sent.length - 8 - 12 - 1] ^= 1;

        // When
        RefusedException refused = refused(sent);

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("damaged at byte ");
    }

    @Test
    void dictionaryBeyondTheLimitIsRefusedWithBothSizes() {
        // Given
        Decompressor small = new XzDecompressor(threads, new MemoryBudget(1 << 20).share("decompressing this file"));

        // When
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> {
            try (small) {
                PackedStreams.decode(small, firstStream);
            }
        });

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageMatching(".*needs, at byte \\d+, a dictionary for which 2\\d{3}K .* allows 1M.*");
    }

    @Test
    void dictionaryThatOthersLeaveNoRoomForIsBusyAndThenFits() {
        // Given
        Decompressors agent = new Decompressors(threads, 0, new MemoryBudget(3 << 20));
        byte[] longer = packed(text(5, 1 << 20), XZ.CHECK_CRC32, 1 << 20);
        RefusedException refused;
        try (Decompressor running = agent.open(Compression.XZ);
                Decompressor late = agent.open(Compression.XZ)) {
            PackedStreams.decode(running, Arrays.copyOf(longer, longer.length - 40));

            // When
            refused = catchThrowableOfType(RefusedException.class, () -> PackedStreams.decode(late, firstStream));
        }

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
        assertThat(refused).hasMessageContaining("needs 2M more memory").hasMessageContaining("leave 1M of 3M");
        try (Decompressor again = agent.open(Compression.XZ)) {
            PackedStreams.decode(again, firstStream);
        }
    }

    @Test
    void streamThatNeverBeganHasNoThread() {
        // When
        open().close();

        // Then
        assertThat(threads.count()).isZero();
    }
}
