// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.DecompressorContract;
import io.scrubjay.source.MemoryBudget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What every decompressor that really decompresses promises, besides what every decompressor does. */
abstract class PackedContract extends DecompressorContract {
    final StartedThreads threads = new StartedThreads();
    final MemoryBudget budget = new MemoryBudget(160L << 20);

    /** A stream of this kind with these bytes. */
    abstract byte[] packed(byte[] file);

    @AfterEach
    final void nothingIsLeft() {
        threads.join();
        assertThat(budget.takenBytes()).isZero();
    }

    @Override
    protected int pieceBytesMax(int longestSent) {
        return FilePieces.BYTES_MAX;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A text that compresses, from a seed. */
    static byte[] text(int seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }

    final RefusedException refused(byte[] sent) {
        return catchThrowableOfType(RefusedException.class, () -> decoded(sent, IntStream.empty()));
    }

    @Test
    void largeFileOfZeroesAndDataIsDecoded() {
        // Given
        byte[] file = new byte[9 << 20];
        byte[] data = new byte[1 << 20];
        new Random(3).nextBytes(data);
        System.arraycopy(data, 0, file, 3 << 20, data.length);
        System.arraycopy(text(4, 2 << 20), 0, file, 6 << 20, 2 << 20);
        byte[] sent = packed(file);

        // When
        byte[] decoded =
                decoded(sent, IntStream.iterate(100_003, at -> at + 100_003).takeWhile(at -> at < sent.length));

        // Then
        assertThat(decoded).isEqualTo(file);
    }

    @Test
    void manyStreamsInOneAreOneFile() {
        // Given
        byte[][] files = {text(1, 300), {}, text(2, 200_000), text(3, 1)};

        // When
        byte[] decoded =
                decoded(joined(Arrays.stream(files).map(this::packed).toArray(byte[][]::new)), IntStream.empty());

        // Then
        assertThat(decoded).isEqualTo(joined(files));
    }

    @Test
    void bytesBehindTheEndAreRefusedWithTheirPlace() {
        // Given
        byte[] file = text(5, 5000);
        byte[] stream = packed(file);

        // When
        RefusedException refused = refused(joined(stream, "garbage behind it".getBytes(StandardCharsets.US_ASCII)));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageMatching(".*at byte " + placeOfGarbage(stream.length) + "\\b.*");
    }

    /** The position at which it is told, behind a stream of so many bytes. */
    int placeOfGarbage(int streamBytes) {
        return streamBytes;
    }

    @Test
    void fileOfOtherBytesIsToldFromADamagedOne() {
        // When
        RefusedException refused = refused(text(6, 5000));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("leave out 'compression'");
    }

    @Test
    void cutStreamIsToldWithItsLength() {
        // Given
        byte[] sent = packed(text(7, 5000));

        // When
        RefusedException refused = refused(Arrays.copyOf(sent, sent.length - 1));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("ends too soon, at byte " + (sent.length - 1));
    }

    /** Of how many bits one is flipped. */
    int bitStride() {
        return 1;
    }

    /** What no checksum covers may differ: the date in a gzip header, or a larger window. */
    @Test
    void flippedBitIsRefusedUnlessItChangesNothing() {
        byte[] sent = sent();
        for (int bit = 0; bit < sent.length * Byte.SIZE; bit += bitStride()) {
            byte[] flipped = sent.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            try {
                assertThat(decoded(flipped, IntStream.empty()))
                        .as("bit %d", bit)
                        .isEqualTo(file());
            } catch (RefusedException refused) {
                assertThat(refused.refusal())
                        .as("bit %d: %s", bit, refused.getMessage())
                        .isIn(Refusal.MALFORMED_IMAGE, Refusal.UNSUPPORTED_IMAGE);
            }
        }
    }

    @Test
    void randomBytesBehindABeginningAreRefused() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            byte[] sent = packed(text(round, 2000));
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            int at = random.nextInt(sent.length);
            System.arraycopy(noise, 0, sent, at, Math.min(noise.length, sent.length - at));
            RefusedException refused = refused(sent);
            assertThat(refused).as("round %d, at %d", round, at).isNotNull();
        }
    }
}
