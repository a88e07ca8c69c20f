// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.Cuts;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Files that {@code qemu-img convert} writes with any options are read in one pass. */
class QemuConvertTest {
    private static final int MIB = 1 << 20;
    /** Several L2 tables if clusters are small, and an end inside a cluster. */
    private final byte[] disk = new byte[3 * MIB + 5 * 512];

    @TempDir
    Path dir;

    @BeforeEach
    void given() {
        QemuTools.require();
        Random random = new Random(7);
        for (int at = 0; at < disk.length; at += 512) {
            int kind = random.nextInt(4);
            byte[] sector = new byte[Math.min(512, disk.length - at)];
            if (kind == 0) {
                random.nextBytes(sector);
            } else if (kind == 1) {
                Arrays.fill(sector, (byte) at);
            }
            System.arraycopy(sector, 0, disk, at, sector.length);
        }
        Arrays.fill(disk, MIB, 2 * MIB, (byte) 0);
    }

    private static List<String> options() {
        List<String> options = new ArrayList<>();
        for (String compat : List.of("0.10", "1.1")) {
            for (String size : List.of("512", "4k", "64k", "2M")) {
                options.add("compat=" + compat + ",cluster_size=" + size);
            }
        }
        for (String size : List.of("16k", "64k", "2M")) {
            options.add("extended_l2=on,cluster_size=" + size);
        }
        options.add("lazy_refcounts=on");
        options.add("refcount_bits=1");
        options.add("refcount_bits=64,cluster_size=512");
        return options;
    }

    private byte[] converted(String options, String... more) throws IOException, InterruptedException {
        Path raw = dir.resolve("disk.raw");
        Files.write(raw, disk);
        Path file = dir.resolve("disk.qcow2");
        List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2"));
        command.addAll(List.of(more));
        command.addAll(List.of("-o", options, raw.toString(), file.toString()));
        QemuTools.run(command);
        return Files.readAllBytes(file);
    }

    private void isReadInOnePass(byte[] file, String name) {
        // When
        SpoolInMemory spool = new SpoolInMemory();
        byte[] read = Qcow2Files.read(file, IntStream.of(file.length / 3), Limits.USUAL, spool);
        // Then
        assertThat(Arrays.mismatch(read, disk)).as(name).isEqualTo(-1);
        assertThat(spool.keptBytes()).as(name).isZero();
    }

    @Test
    void whateverTheOptions() throws IOException, InterruptedException {
        for (String options : options()) {
            isReadInOnePass(converted(options), options);
        }
    }

    @Test
    void whenItIsCompressed() throws IOException, InterruptedException {
        for (String options : options()) {
            isReadInOnePass(converted(options, "-c"), options + ", compressed");
            if (!options.contains("0.10")) {
                String zstd = options + ",compression_type=zstd";
                isReadInOnePass(converted(zstd, "-c"), zstd);
            }
        }
    }

    @Test
    void whenItIsWrittenOutOfOrderOrPreallocated() throws IOException, InterruptedException {
        for (String options : options()) {
            isReadInOnePass(converted(options, "-W"), options + ", out of order");
        }
        for (String how : List.of("metadata", "falloc", "full")) {
            isReadInOnePass(converted("preallocation=" + how), how);
        }
    }

    @Test
    void whenItIsEmptyAndLarge() throws IOException, InterruptedException {
        // Given
        Path file = dir.resolve("empty.qcow2");
        QemuTools.run(List.of("qemu-img", "create", "-f", "qcow2", file.toString(), "1T"));
        List<Long> begun = new ArrayList<>();
        DiskSink disk = new DiskSink() {
            @Override
            public void begin(long sizeBytes) {
                begun.add(sizeBytes);
            }

            @Override
            public void data(DiskOffset at, LentBytes bytes) {
                throw new AssertionError("data of an empty disk");
            }

            @Override
            public void zeroes(DiskOffset at, long length) {
                // As good as nothing.
            }
        };
        // When
        Qcow2Reader reader = new Qcow2Reader(OptionalLong.empty(), new SpoolInMemory(), Qcow2Files.MEMORY);
        Cuts.send(Files.readAllBytes(file), IntStream.empty(), piece -> reader.read(piece, disk));
        long size = reader.end(disk);
        // Then
        assertThat(size).isEqualTo(1L << 40);
        assertThat(begun).containsExactly(1L << 40);
    }
}
