// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** The device refuses one write, and the pool is closed in good order: the next start can read everything. */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailedWriteTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName OLD = VolumeName.of("old");
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, CLUSTER);

    @TempDir
    Path directory;

    private FailingDisk disk;

    @BeforeEach
    void makeADisk() throws IOException {
        disk = FailingDisk.in(directory, 16L << 20);
    }

    @AfterEach
    void removeIt() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    private SpdkPool pool() {
        return TestDevice.pool(new SpdkDevice.Aio(disk.file(), false));
    }

    private static void write(SpdkEngine engine, VolumeName name, byte[] bytes) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.WRITE)) {
            volume.write(0, bytes).flush();
        }
    }

    /** The last size has no cluster left that a write could take. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1})
    void afterAFirstWriteToAVolume(int clusters) throws IOException {
        everyWrite(
                engine -> engine.create(VOLUME, (long) clusters * CLUSTER, Provisioning.THIN),
                engine -> write(engine, VOLUME, BYTES));
    }

    @Test
    void afterACreate() throws IOException {
        everyWrite(engine -> {}, engine -> {
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
        });
    }

    /** Makes a pool with one volume, and does something in it while each of the writes that this takes fails once. */
    private void everyWrite(Consumer<SpdkEngine> before, Consumer<SpdkEngine> work) throws IOException {
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            engine.create(OLD, CLUSTER, Provisioning.THIN);
            write(engine, OLD, BYTES);
            before.accept(engine);
        }
        Path full = directory.resolve("full");
        Files.copy(disk.bytes(), full);
        long writes;
        int refusals = 0;
        long n = 0;
        do {
            // Given
            try (OutputStream stored = Files.newOutputStream(disk.bytes(), StandardOpenOption.WRITE)) {
                Files.copy(full, stored);
            }

            // When
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                disk.fail(Request.WRITE, ++n);
                try {
                    work.accept(engine);
                } catch (EngineException refused) {
                    refusals++;
                }
                writes = disk.seen(Request.WRITE);
                disk.heal();
            }

            // Then
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                assertThat(engine.unreadable())
                        .as("when write %d has failed", n)
                        .isEmpty();
                try (AwaitedVolume volume = AwaitedVolume.open(engine, OLD.value(), Access.READ)) {
                    assertThat(volume.readAll()).isEqualTo(BYTES);
                }
            }
        } while (n <= writes);
        assertThat(refusals).isPositive();
    }
}
