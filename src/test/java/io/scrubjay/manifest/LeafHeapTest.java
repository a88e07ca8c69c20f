// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The heap that docs/sizing.md and the chart give an agent holds what it says. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LeafHeapTest {
    private static final String DOCUMENTED_HEAP = "-Xmx256m";

    @TempDir
    Path directory;

    @Test
    void anImageOf16TebibytesWithOneOfScatteredDataFits() throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        DOCUMENTED_HEAP,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LeafHeapMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        int status;
        try {
            status = process.waitFor();
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readString(output)).contains("1048576 leaves, as stored");
        assertThat(status).isZero();
    }
}
