// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Cuts;
import io.scrubjay.source.DiskInMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Qcow2ReaderTest {
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);

    private final Random random = new Random(11);

    private byte[] cluster() {
        return Qcow2Files.letters(random, Qcow2Files.SMALL);
    }

    @ParameterizedTest
    @EnumSource(Geometry.Entries.class)
    void clustersOfEverySizeAreRead(Geometry.Entries entries) {
        int bitsMin = entries == Geometry.Entries.EXTENDED ? 14 : 9;
        for (int bits = bitsMin; bits <= Math.max(bitsMin, 12); bits++) {
            for (Qcow2Writer.Order order : Qcow2Writer.Order.values()) {
                // Given
                Qcow2Writer writer = Qcow2Files.ofEveryKind(new Geometry(bits, entries), Packing.DEFLATE, order);
                // When
                byte[] disk = Qcow2Files.read(writer.file());
                // Then
                assertThat(disk).as("%d bits, %s", bits, order).isEqualTo(writer.disk());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 21})
    void largeClustersAreRead(int bits) {
        for (Packing packing : Packing.values()) {
            // Given
            Geometry geometry = new Geometry(bits, Geometry.Entries.WITH_ZERO_FLAG);
            Qcow2Writer writer = new Qcow2Writer(
                    geometry, packing, Qcow2Writer.Order.TABLES_BETWEEN, 3 * geometry.clusterBytes() - 1);
            writer.packed(1, Qcow2Files.letters(random, geometry)).data(2, Qcow2Files.letters(random, geometry));
            // When
            byte[] disk = Qcow2Files.read(
                    writer.packed(0, Qcow2Files.letters(random, geometry)).file());
            // Then
            assertThat(disk).isEqualTo(writer.disk());
        }
    }

    @Test
    void randomFilesAreReadWhateverTheMemoryAndTheCuts() {
        for (long seed = 0; seed < 150L * SCALE; seed++) {
            // Given
            Qcow2Writer writer = Qcow2Files.random(seed);
            byte[] file = writer.file();
            IntStream cuts = new Random(seed).ints(20, 0, file.length).sorted();
            // When
            byte[] usual = Qcow2Files.read(file, IntStream.empty(), Limits.USUAL, new SpoolInMemory());
            byte[] tiny = Qcow2Files.read(file, cuts, Qcow2Files.TINY, new SpoolInMemory());
            // Then
            assertThat(usual).as("seed %d", seed).isEqualTo(writer.disk());
            assertThat(tiny).as("seed %d, in little memory", seed).isEqualTo(writer.disk());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Qcow2Writer.Order.class,
            names = {"TABLES_FIRST", "TABLES_BETWEEN"})
    void nothingIsSpooledOfAFileWhoseTablesComeFirst(Qcow2Writer.Order order) {
        for (Packing packing : Packing.values()) {
            // Given
            byte[] file =
                    Qcow2Files.ofEveryKind(Qcow2Files.SMALL, packing, order).file();
            Limits smallShelf = new Limits(1000, 512, 2048, 64);
            SpoolInMemory spool = new SpoolInMemory();
            // When
            Qcow2Files.read(file, IntStream.empty(), smallShelf, spool);
            // Then
            assertThat(spool.keptBytes()).isZero();
        }
    }

    @Test
    void unusedZeroesAreNotSpooled() {
        // Given
        Qcow2Writer writer = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_LAST, 4096);
        writer.allocate(100);
        byte[] content = cluster();
        byte[] file = writer.data(3, content).file();
        SpoolInMemory spool = new SpoolInMemory();
        // When
        byte[] disk = Qcow2Files.read(file, IntStream.empty(), Qcow2Files.TINY, spool);
        // Then
        assertThat(disk).isEqualTo(writer.disk());
        assertThat(spool.keptBytes()).isLessThanOrEqualTo(3 * 512);
    }

    @Test
    void fileMayEndInsideItsLastCluster() {
        // Given
        Qcow2Writer writer = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_FIRST, 4096);
        byte[] file = writer.data(2, cluster()).data(1, cluster()).file();
        for (int missing = 1; missing < 512; missing++) {
            byte[] expected = writer.disk();
            Arrays.fill(expected, 1024 - missing, 1024, (byte) 0);
            // When
            byte[] disk = Qcow2Files.read(Arrays.copyOf(file, file.length - missing));
            // Then
            assertThat(disk).isEqualTo(expected);
        }
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Qcow2Files.read(Arrays.copyOf(file, file.length - 512)))
                .withMessageContaining("ends at")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE));
    }

    @Test
    void diskIsAsLargeAsTheSenderSays() {
        // Given
        Qcow2Writer writer = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_FIRST, 1000);
        byte[] file = writer.data(1, cluster()).file();
        DiskInMemory disk = new DiskInMemory(10_000);
        Qcow2Reader reader = new Qcow2Reader(OptionalLong.of(5000), new SpoolInMemory(), Qcow2Files.MEMORY);
        // When
        Cuts.send(file, IntStream.empty(), piece -> reader.read(piece, disk));
        disk.ended(reader.end(disk));
        // Then
        assertThat(disk.bytes()).isEqualTo(Arrays.copyOf(writer.disk(), 5000));
    }

    @Test
    void diskThatIsLargerThanTheSenderSaysIsRefused() {
        // Given
        byte[] file = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_FIRST, 1000).file();
        DiskInMemory disk = new DiskInMemory(10_000);
        Qcow2Reader reader = new Qcow2Reader(OptionalLong.of(999), new SpoolInMemory(), Qcow2Files.MEMORY);
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Cuts.send(file, IntStream.empty(), piece -> reader.read(piece, disk)))
                // Then
                .withMessageContaining("1000 bytes")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.LENGTH_MISMATCH));
    }

    @Test
    void tablesBehindTheEndOfADiskWithoutBytesAreIgnored() {
        // Given
        byte[] file = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_FIRST, 1000).file();
        int l1Table = (int) ByteBuffer.wrap(file).getLong(40);
        ByteBuffer.wrap(file).putLong(24, 0).putLong(l1Table, 1L << 40);
        DiskInMemory disk = new DiskInMemory(10_000);
        Qcow2Reader reader = new Qcow2Reader(OptionalLong.of(5000), new SpoolInMemory(), Qcow2Files.MEMORY);
        // When
        Cuts.send(file, IntStream.empty(), piece -> reader.read(piece, disk));
        disk.ended(reader.end(disk));
        // Then
        assertThat(disk.bytes()).isEqualTo(new byte[5000]);
    }
}
