// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RawReaderTest extends FormatReaderContract {
    private final byte[] bytes = new byte[600];

    RawReaderTest() {
        new Random(6).nextBytes(bytes);
    }

    @Override
    protected FormatReader open() {
        return new RawReader(OptionalLong.empty(), OptionalLong.empty());
    }

    @Override
    protected byte[] file() {
        return bytes;
    }

    @Override
    protected byte[] disk() {
        return bytes;
    }

    @Override
    protected Optional<byte[]> diskOf(int firstBytes) {
        return Optional.of(Arrays.copyOf(bytes, firstBytes));
    }

    @Test
    void diskIsAsLargeAsTheSenderSays() {
        // Given
        RawReader reader = new RawReader(OptionalLong.of(1000), OptionalLong.of(600));
        DiskInMemory disk = new DiskInMemory();
        // When
        Cuts.send(bytes, IntStream.of(100), piece -> reader.read(piece, disk));
        disk.ended(reader.end(disk));
        // Then
        assertThat(disk.bytes()).isEqualTo(Arrays.copyOf(bytes, 1000));
    }

    @Test
    void fileThatIsLargerThanItsDiskIsRefused() {
        RawReader reader = new RawReader(OptionalLong.of(599), OptionalLong.empty());
        DiskInMemory disk = new DiskInMemory();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Cuts.send(bytes, IntStream.of(100), piece -> reader.read(piece, disk)))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.LENGTH_MISMATCH));
    }

    @Test
    void fileOfAnotherLengthThanAnnouncedIsRead() {
        for (long announced : new long[] {1, 10_000}) {
            RawReader reader = new RawReader(OptionalLong.empty(), OptionalLong.of(announced));
            DiskInMemory disk = new DiskInMemory();
            Cuts.send(bytes, IntStream.of(100), piece -> reader.read(piece, disk));
            disk.ended(reader.end(disk));
            assertThat(disk.bytes()).isEqualTo(bytes);
        }
    }
}
