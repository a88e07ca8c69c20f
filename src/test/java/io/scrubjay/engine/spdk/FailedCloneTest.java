// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device fails one request while a clone is made. SPDK (26.05) crashes where it was the read of the page that the clone
 * begins with, and takes the process along. The next start, on the healthy device, finds everything.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailedCloneTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, TestDevice.CLUSTER_BYTES);
    /** The one that SPDK does not survive is the third of each kind. */
    private static final long LAST = Integer.getInteger("scrubjay.test.scale", 1) > 1 ? Long.MAX_VALUE : 4;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private FailingDisk disk;
    private Path full;

    @BeforeEach
    void fillADisk() throws IOException {
        disk = FailingDisk.in(directory, 16L << 20);
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            engine.create(VOLUME, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
            engine.snapshot(VOLUME, FailedCloneMain.SNAPSHOT);
            ClearedPool.await(engine);
        }
        full = Files.copy(disk.bytes(), directory.resolve("full"));
    }

    @AfterEach
    void removeIt() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    private SpdkPool pool() {
        return TestDevice.pool(device());
    }

    private SpdkDevice device() {
        return new SpdkDevice.Aio(disk.file(), false);
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void theNextStartFindsEverything(Request request) throws Exception {
        boolean met = true;
        for (long n = 1; met && n <= LAST; n++) {
            // Given
            try (OutputStream stored = Files.newOutputStream(disk.bytes(), StandardOpenOption.WRITE)) {
                Files.copy(full, stored);
            }

            // When
            int status = statusOfAClone(request, n);
            met = disk.seen(request) >= n;
            disk.heal();
            System.out.println("FailedCloneTest: " + request + " " + n + " of a clone failed: status " + status);

            // Then
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                assertThat(engine.unreadable()).as("after %s %d", request, n).isEmpty();
                assertThat(engine.list())
                        .extracting(VolumeSummary::name)
                        .contains(VOLUME, FailedCloneMain.SNAPSHOT)
                        .isSubsetOf(VOLUME, FailedCloneMain.SNAPSHOT, FailedCloneMain.CLONE);
                for (VolumeSummary found : engine.list()) {
                    try (AwaitedVolume volume =
                            AwaitedVolume.open(engine, found.name().value(), Access.READ)) {
                        assertThat(volume.readAll()).as("%s", found.name()).isEqualTo(BYTES);
                    }
                }
                assertThat(engine.isSound()).isTrue();
            }
        }
    }

    private int statusOfAClone(Request request, long n) throws IOException, InterruptedException {
        Path log = directory.resolve("log-" + request + n);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + log + ".hs_err",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FailedCloneMain.class.getName(),
                        device().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Awaitility.await("the pool is open").atMost(PATIENCE).until(() -> {
                String said = Files.readString(log);
                assertThat(process.isAlive()).as("it ended by itself: %s", said).isTrue();
                return said.contains(FailedCloneMain.OPEN);
            });
            disk.fail(request, n);
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends: %s", Files.readString(log))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
