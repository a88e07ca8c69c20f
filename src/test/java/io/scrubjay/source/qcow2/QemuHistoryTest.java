// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files that were written to, at random places and in many ways, are read as {@code qemu-img} reads them. A few in an
 * ordinary run, 200 with {@code -Dscrubjay.test.scale=2} or more.
 */
class QemuHistoryTest {
    private static final int ROUNDS = Integer.getInteger("scrubjay.test.scale", 1) > 1 ? 200 : 6;
    private static final List<String> CREATED_WITH = List.of(
            "compat=0.10",
            "compat=1.1",
            "cluster_size=512",
            "cluster_size=4k",
            "cluster_size=2M",
            "cluster_size=512,compat=0.10",
            "extended_l2=on",
            "extended_l2=on,cluster_size=16k",
            "compression_type=zstd",
            "compression_type=zstd,cluster_size=4k",
            "lazy_refcounts=on",
            "preallocation=metadata");

    @TempDir
    Path dir;

    @BeforeEach
    void given() {
        QemuTools.require();
    }

    @Test
    void fileIsReadAsQemuReadsIt() throws IOException, InterruptedException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            // Given
            Path file = dir.resolve("disk.qcow2");
            write(file, new Random(seed));
            byte[] expected = QemuTools.disk(file);
            byte[] bytes = Files.readAllBytes(file);
            for (Limits limits : new Limits[] {Limits.USUAL, Qcow2Files.TINY}) {
                // When
                IntStream cuts = new Random(seed).ints(5, 0, bytes.length).sorted();
                byte[] read = Qcow2Files.read(bytes, cuts, limits, new SpoolInMemory());
                // Then
                assertThat(read).as("seed %d", seed).hasSameSizeAs(expected);
                assertThat(Arrays.mismatch(read, expected)).as("seed %d", seed).isEqualTo(-1);
            }
        }
    }

    private static void write(Path file, Random random) throws IOException, InterruptedException {
        int sectors = 4096 + random.nextInt(4096);
        String options = CREATED_WITH.get(random.nextInt(CREATED_WITH.size()));
        QemuTools.run(List.of(
                "qemu-img", "create", "-f", "qcow2", "-o", options, file.toString(), String.valueOf(512 * sectors)));
        for (int round = random.nextInt(4); round >= 0; round--) {
            QemuTools.run(commands(file, sectors, random));
            // QEMU does not resize files of version 2 that have snapshots.
            switch (random.nextInt(options.contains("0.10") ? 3 : 5)) {
                case 0, 1 -> snapshot(file, "-c", "s" + round);
                case 2 -> {
                    // The content of the disk becomes that of the snapshot.
                    snapshot(file, "-c", "back");
                    QemuTools.run(commands(file, sectors, random));
                    snapshot(file, "-a", "back");
                    snapshot(file, "-d", "back");
                }
                case 3 -> {
                    sectors += random.nextInt(4000);
                    QemuTools.run(List.of(
                            "qemu-img", "resize", "-f", "qcow2", file.toString(), String.valueOf(512 * sectors)));
                }
                default -> {
                    // Only the writes.
                }
            }
        }
    }

    private static void snapshot(Path file, String what, String name) throws IOException, InterruptedException {
        QemuTools.run(List.of("qemu-img", "snapshot", what, name, file.toString()));
    }

    private static List<String> commands(Path file, int sectors, Random random) {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2", "-d", "unmap"));
        for (int n = random.nextInt(30); n >= 0; n--) {
            int start = random.nextInt(sectors);
            int length = 1 + random.nextInt(Math.min(sectors - start, random.nextBoolean() ? 8 : 1000));
            String range = " " + 512 * start + " " + 512 * length;
            command.add("-c");
            command.add(
                    switch (random.nextInt(6)) {
                        case 0 -> "write -z" + range;
                        case 1 -> "write -z -u" + range;
                        case 2 -> "discard" + range;
                        default -> "write -P " + (1 + random.nextInt(255)) + range;
                    });
        }
        command.add(file.toString());
        return command;
    }
}
