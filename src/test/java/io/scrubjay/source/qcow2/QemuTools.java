// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** QEMU's own tools, with which qcow2 files are made and read for comparison. */
final class QemuTools {
    private QemuTools() {}

    /** Skips the test if there are no such tools. */
    static void require() {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/qemu-img")) && Files.isExecutable(Path.of("/usr/bin/qemu-io")),
                "skipped: no qemu-img and qemu-io; install qemu-utils");
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output);
        }
    }

    /** The disk in this file, as {@code qemu-img} reads it. */
    static byte[] disk(Path file) throws IOException, InterruptedException {
        Path raw = file.resolveSibling("converted.raw");
        run(List.of("qemu-img", "convert", "-f", "qcow2", "-O", "raw", file.toString(), raw.toString()));
        return Files.readAllBytes(raw);
    }
}
