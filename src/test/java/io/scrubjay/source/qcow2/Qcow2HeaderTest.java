// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Cuts;
import io.scrubjay.source.DiskInMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which headers are refused, and before the disk begins. */
class Qcow2HeaderTest {
    private final byte[] file =
            new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_FIRST, 1000).file();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|4|0|malformed-image|magic",
                "4|4|1|unsupported-image|qcow version 1",
                "4|4|4|unsupported-image|version 4",
                "4|4|-1|unsupported-image|version 4294967295",
                "8|8|4096|unsupported-image|backing file",
                "20|4|8|malformed-image|cluster_bits at offset 20 are 8",
                "20|4|22|malformed-image|from 9 to 21",
                "20|4|-1|malformed-image|cluster_bits",
                "24|8|-1|malformed-image|offset 24",
                "24|8|0|malformed-image|has no bytes",
                "24|8|32769|malformed-image|offset 36",
                "24|8|9223372036854775807|malformed-image|offset 36",
                "32|4|1|unsupported-image|encrypted (method 1",
                "32|4|2|unsupported-image|encrypted (method 2",
                "36|4|0|malformed-image|offset 36",
                "36|4|4194305|malformed-image|33554432",
                "40|8|0|malformed-image|the L1 table is at 0",
                "40|8|1537|malformed-image|the L1 table is at 1537",
                "40|8|9223372036854775296|malformed-image|the L1 table is at",
                "40|8|-512|malformed-image|the L1 table is at",
                "48|8|1025|malformed-image|the refcount table is at 1025",
                "56|4|16385|malformed-image|the refcount table has",
                "72|8|2|malformed-image|marked as corrupt",
                "72|8|4|unsupported-image|external data file",
                "72|8|8|malformed-image|compression type",
                "72|8|16|malformed-image|from 14 to 21",
                "72|8|32|unsupported-image|bit 5",
                "72|8|-9223372036854775808|unsupported-image|bit 63",
                "100|4|103|malformed-image|length at offset 100 is 103",
                "100|4|513|malformed-image|length at offset 100 is 513",
                "100|4|-1|malformed-image|length at offset 100",
                "104|1|1|malformed-image|compression type",
            })
    void headerIsRefused(int offset, int length, long value, String code, String text) {
        // Given
        put(offset, length, value);
        DiskInMemory disk = new DiskInMemory(100_000);
        Qcow2Reader reader = new Qcow2Reader(OptionalLong.empty(), new SpoolInMemory(), Qcow2Files.MEMORY);
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Cuts.send(file, IntStream.range(1, 200), piece -> reader.read(piece, disk)))
                // Then
                .withMessageContaining(text)
                .satisfies(refused -> assertThat(refused.refusal().code()).isEqualTo(code));
        assertThat(disk.hasBegun()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Dirty: its reference counts may be wrong.
                "72|8|1",
                "80|8|-1",
                "88|8|-1",
                "96|4|6",
                "100|4|104",
                "100|4|512",
                // Snapshots.
                "60|4|3",
                "64|8|-1",
                // Only their number of clusters says that there is a table.
                "56|4|0",
            })
    void headerIsTaken(int offset, int length, long value) {
        // Given
        put(offset, length, value);
        // When
        byte[] disk = Qcow2Files.read(file);
        // Then
        assertThat(disk).isEqualTo(new byte[1000]);
    }

    @Test
    void compressionThatIsUnknownIsRefused() {
        put(72, 8, 8);
        put(104, 1, 2);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Qcow2Files.read(file))
                .withMessageContaining("unknown compression (type 2");
    }

    @Test
    void firstOfTwoReasonsIsThatAFeatureIsUnknown() {
        put(8, 8, 4096);
        put(72, 8, 64 | 2);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Qcow2Files.read(file))
                .withMessageContaining("bit 6");
    }

    private void put(int offset, int length, long value) {
        ByteBuffer all = ByteBuffer.wrap(file);
        switch (length) {
            case 1 -> all.put(offset, (byte) value);
            case 4 -> all.putInt(offset, (int) value);
            default -> all.putLong(offset, value);
        }
    }
}
