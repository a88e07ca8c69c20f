// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** QEMU reads what is written here, finds nothing to complain about, and sees the same disk. */
class QemuQcow2Test {
    private static final long TIB = 1L << 40;
    private static final int ROUNDS = 3 * Integer.getInteger("scrubjay.test.scale", 1);

    @TempDir
    Path directory;

    @BeforeEach
    void needsQemu() {
        Assumptions.assumeTrue(
                Stream.of("/usr/bin/qemu-img", "/usr/local/bin/qemu-img")
                        .map(Path::of)
                        .anyMatch(Files::isExecutable),
                "skipped: qemu-img (package qemu-utils) is not installed");
    }

    private static String qemuImg(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        command.add(0, "qemu-img");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }

    private void requireSame(SparseDisk disk, Qcow2File file) throws Exception {
        Path raw = directory.resolve("raw");
        Path qcow2 = directory.resolve("qcow2");
        disk.writeRaw(raw);
        disk.write(file, qcow2);
        assertThat(qemuImg("check", "-f", "qcow2", qcow2.toString())).contains("No errors were found");
        assertThat(qemuImg("compare", "-f", "raw", "-F", "qcow2", raw.toString(), qcow2.toString()))
                .contains("Images are identical");
        Files.delete(raw);
        Files.delete(qcow2);
    }

    @TestFactory
    Stream<DynamicTest> qemuAgrees() {
        return LongStream.of(1, 511, 65537, (5 << 20) + 12345, 3 << 29, TIB, 5 * TIB + 513)
                .boxed()
                .flatMap(bytes -> LongStream.range(0, ROUNDS)
                        .mapToObj(seed -> DynamicTest.dynamicTest(bytes + " bytes, seed " + seed, () -> {
                            needsQemu();
                            SparseDisk disk = SparseDisk.random(seed, bytes, 50);
                            requireSame(disk, Qcow2File.plain(disk.layout()));
                            requireSame(disk, Qcow2File.zstd(disk.layout(), Runnable::run));
                        })));
    }

    @Test
    void qemuConvertsItBackByteForByte() throws Exception {
        // Given
        SparseDisk disk = SparseDisk.random(7, (9 << 20) + 512, 60);
        disk.writeRaw(directory.resolve("raw"));
        disk.write(Qcow2File.zstd(disk.layout(), Runnable::run), directory.resolve("qcow2"));
        // When
        qemuImg(
                "convert",
                "-f",
                "qcow2",
                "-O",
                "raw",
                directory.resolve("qcow2").toString(),
                directory.resolve("back").toString());
        // Then
        assertThat(Files.mismatch(directory.resolve("raw"), directory.resolve("back")))
                .isEqualTo(-1);
    }

    /** It has more than one refcount block. Its clusters are almost all zeroes, so that few bytes are really written. */
    @Test
    void fileOfMoreThanTwoGibibytesIsSound() throws Exception {
        // Given
        byte[] cluster = new byte[SparseDisk.CLUSTER];
        cluster[1] = 1;
        SortedMap<Long, byte[]> clusters = new TreeMap<>();
        for (long number = 0; number < 33_000; number++) {
            clusters.put(number * 2, cluster);
        }
        SparseDisk disk = new SparseDisk(66_000L * SparseDisk.CLUSTER, clusters);
        // When
        disk.write(Qcow2File.plain(disk.layout()), directory.resolve("large"));
        // Then
        assertThat(qemuImg("check", "-f", "qcow2", directory.resolve("large").toString()))
                .contains("No errors were found");
    }
}
