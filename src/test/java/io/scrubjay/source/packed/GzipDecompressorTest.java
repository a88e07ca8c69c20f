// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Decompressor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;

class GzipDecompressorTest extends PackedContract {
    private static final int ALL_FIELDS = 0x1f;

    private final byte[] first = text(1, 400);
    private final byte[] second = text(2, 90);
    private final byte[] firstMember = joined(header(ALL_FIELDS), body(first));
    private final byte[] secondMember = joined(header(0), body(second));
    private final byte[] emptyMember = joined(header(1 << 1), body(new byte[0]));

    /** A header with the fields of these flags. */
    private static byte[] header(int flags) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & 1 << 2) != 0) {
            header.writeBytes(new byte[] {5, 0, 'B', 'C', 1, 0, 9});
        }
        if ((flags & 1 << 3) != 0) {
            header.writeBytes("disk.raw\0".getBytes(StandardCharsets.US_ASCII));
        }
        if ((flags & 1 << 4) != 0) {
            header.writeBytes("a comment\0".getBytes(StandardCharsets.US_ASCII));
        }
        if ((flags & 1 << 1) != 0) {
            int sum = (int) crc(header.toByteArray());
            header.write(sum);
            header.write(sum >>> 8);
        }
        return header.toByteArray();
    }

    private static long crc(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    private static byte[] body(byte[] file) {
        return joined(deflated(file), trailer((int) crc(file), file.length));
    }

    private static byte[] deflated(byte[] file) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(file);
        deflater.finish();
        byte[] bytes = new byte[file.length + 100];
        int length = deflater.deflate(bytes);
        deflater.end();
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] trailer(int sum, int length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(sum)
                .putInt(length)
                .array();
    }

    @Override
    protected Decompressor open() {
        return new GzipDecompressor();
    }

    @Override
    protected byte[] sent() {
        return joined(firstMember, secondMember, emptyMember);
    }

    @Override
    protected byte[] file() {
        return joined(first, second);
    }

    @Override
    protected boolean isWhole(int firstBytes) {
        return firstBytes == firstMember.length || firstBytes == firstMember.length + secondMember.length;
    }

    @Override
    byte[] packed(byte[] file) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 9, 'the compression method is 9, not 8', 2",
        "3, 32, 'reserved flags', 3",
    })
    void headerThatNobodyWritesIsRefusedWithItsPlace(int offset, int value, String told, int at) {
        // Given
        byte[] sent = firstMember.clone();
        sent[offset] = (byte) value;

        // When
        RefusedException refused = refused(sent);

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining(told).hasMessageContaining("at byte " + at + ":");
    }

    @Test
    void checksumOfAHeaderIsChecked() {
        // Given
        byte[] sent = firstMember.clone();
        sent[4] ^= 1;

        // When
        RefusedException refused = refused(sent);

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("checksum of a header");
    }

    @Test
    void extraFieldMayBeEmpty() {
        // Given
        byte[] header = {0x1f, (byte) 0x8b, 8, 1 << 2, 0, 0, 0, 0, 0, 3, 0, 0};

        // When
        byte[] decoded = decoded(joined(header, body(first)), IntStream.range(1, 40));

        // Then
        assertThat(decoded).isEqualTo(first);
    }

    @Test
    void trailerIsChecked() {
        // When
        RefusedException sum = refused(joined(header(0), deflated(first), trailer(1, first.length)));
        RefusedException length = refused(joined(header(0), deflated(first), trailer((int) crc(first), 1)));

        // Then
        assertThat(sum.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(sum).hasMessageContaining("checksum of the decompressed bytes");
        assertThat(length.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(length).hasMessageContaining("length of the decompressed bytes");
    }

    @Test
    void zeroesBehindTheLastMemberAreNoPadding() {
        // When
        RefusedException refused = refused(joined(secondMember, new byte[512]));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("ends at byte " + secondMember.length);
    }
}
