// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.SteppedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What SPDK has of memory has to do for the copying of a cluster at any time: without a buffer for it a write waits for ever. */
@NeedsSpdk
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LittleMemoryTest {
    private static final long DEVICE_BYTES = 384L << 20;

    @TempDir
    Path directory;

    private Path blank(String name) throws IOException {
        Path file = directory.resolve(name);
        try (RandomAccessFile device = new RandomAccessFile(file.toFile(), "rw")) {
            device.setLength(DEVICE_BYTES);
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"1M, 64", "16M, 64"})
    void clustersAreCopiedAlsoWhenEverythingElseHasBeenTaken(String clusterSize, String memoryMib) throws IOException {
        // Given
        Path device = blank("device");

        // When
        try (SteppedProcess process = SteppedProcess.start(
                directory.resolve("log"), LittleMemoryMain.class, device.toString(), clusterSize, memoryMib)) {
            // Then
            process.await(LittleMemoryMain.DONE);
        }
    }

    @Test
    void aPoolWhoseClustersDoNotFitIsRefusedAndTheDeviceIsAsItWas() throws IOException {
        // Given
        Path device = blank("device");

        // When
        try (SteppedProcess process = SteppedProcess.start(
                directory.resolve("log"), LittleMemoryMain.class, device.toString(), "16M", "40")) {
            process.await("SPDK has too little memory for one cluster of 16M; give it more: scrubjay.spdk.memory");
        }

        // Then
        assertThat(Files.mismatch(device, blank("untouched"))).isEqualTo(-1);
    }
}
