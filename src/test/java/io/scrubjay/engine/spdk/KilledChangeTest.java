// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A process killed at its n-th write to the device, while it makes or merges a snapshot, decouples the volume or cuts it:
 * the pool opens, no cluster is lost or has two owners, and all that is left reads as before, also after the volume has
 * been written to.
 *
 * <p>It is every write of a snapshot and of a merge. A volume is cut by more writes, of which every third is tried, and
 * decoupled by many more, of which it is every sixth; with {@code -Dscrubjay.test.scale=2} or more each is.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledChangeTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName OLDER = VolumeName.of("older");
    private static final VolumeName NEWER = VolumeName.of("newer");
    private static final VolumeName NEWEST = VolumeName.of("newest");
    private static final int CLUSTER_BYTES = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTERS = 6;
    private static final long SIZE_BYTES = (long) CLUSTERS * CLUSTER_BYTES;
    private static final long GROWN_BYTES = SIZE_BYTES + 3L * CLUSTER_BYTES;
    private static final int POOL_CLUSTERS = 32;
    private static final int WRITES_MAX = 60;
    private static final boolean EVERY_WRITE = Integer.getInteger("scrubjay.test.scale", 1) > 1;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What the process is killed in. */
    enum Step {
        SNAPSHOT {
            @Override
            void take(SpdkEngine engine) {
                engine.snapshot(VOLUME, NEWEST);
            }
        },
        MERGE {
            @Override
            void take(SpdkEngine engine) {
                engine.delete(NEWER);
            }
        },
        MERGE_WITHOUT_PARENT {
            @Override
            void take(SpdkEngine engine) {
                engine.delete(OLDER);
            }
        },
        MERGE_INTO_SNAPSHOT {
            @Override
            void take(SpdkEngine engine) {
                engine.delete(NEWER);
            }
        },
        DECOUPLE {
            @Override
            void take(SpdkEngine engine) {
                engine.decouple(VOLUME);
            }

            @Override
            int stride() {
                return EVERY_WRITE ? 1 : 6;
            }

            /** On the way, the older snapshot has the newer and the volume below it: nothing it could be merged into. */
            @Override
            void takeAgain(SpdkEngine engine) {
                engine.decouple(VOLUME);
                engine.delete(OLDER);
            }
        },
        CUT {
            @Override
            void take(SpdkEngine engine) {
                engine.cut(VOLUME, SIZE_BYTES);
            }

            @Override
            int stride() {
                return EVERY_WRITE ? 1 : 3;
            }

            /** Nothing of what was cut off comes back. */
            @Override
            void takeAgain(SpdkEngine engine) {
                engine.cut(VOLUME, SIZE_BYTES);
                engine.resize(VOLUME, GROWN_BYTES);
                try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
                    int end = Math.toIntExact(GROWN_BYTES - SIZE_BYTES);
                    assertThat(volume.read(SIZE_BYTES, end)).isEqualTo(new byte[end]);
                }
            }
        };

        /** What is done once more after a kill, and what then has to be possible. */
        void takeAgain(SpdkEngine engine) {}

        /** Of how many writes one is tried. */
        int stride() {
            return 1;
        }

        abstract void take(SpdkEngine engine);
    }

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    @ParameterizedTest
    @EnumSource(Step.class)
    void anyWriteOfAChangeMayBeTheLast(Step step) throws IOException, InterruptedException {
        // Given
        assumeTrue(Files.exists(Path.of("/usr/bin/strace")), "strace is not installed: './dev test' installs it");
        Path sound = chain(step);
        Path device = directory.resolve("killed");
        boolean ended = false;
        int kills = 0;

        for (int write = 1; !ended; write += step.stride()) {
            assertThat(write).isLessThan(WRITES_MAX);
            Files.copy(sound, device, StandardCopyOption.REPLACE_EXISTING);

            // When
            ended = endedBeforeWrite(device, step, write);

            // Then
            System.out.println("KilledChangeTest: " + step + " killed at write " + write);
            requireSound(device, step);
            kills++;
        }
        assertThat(kills).isGreaterThan(4);
    }

    /** older ← newer ← volume; with a snapshot more between the last two if it is to be merged into. */
    private Path chain(Step step) {
        SpdkDevice.Aio device = new SpdkDevice.Aio(TestDevice.make(directory, POOL_CLUSTERS), false);
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(device))) {
            engine.create(VOLUME, (long) CLUSTERS * CLUSTER_BYTES, Provisioning.THIN);
            write(engine, 0, 1);
            engine.snapshot(VOLUME, OLDER);
            write(engine, 1, 2);
            engine.snapshot(VOLUME, NEWER);
            write(engine, 2, 3);
            if (step == Step.MERGE_INTO_SNAPSHOT) {
                engine.snapshot(VOLUME, NEWEST);
            }
            if (step == Step.CUT) {
                engine.resize(VOLUME, GROWN_BYTES);
                write(engine, CLUSTERS, 9);
            }
            ClearedPool.await(engine);
        }
        return device.path();
    }

    /** Fills three clusters. */
    private static void write(SpdkEngine engine, int first, int value) {
        byte[] bytes = new byte[3 * CLUSTER_BYTES];
        Arrays.fill(bytes, (byte) value);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write((long) first * CLUSTER_BYTES, bytes).flush();
        }
    }

    private boolean endedBeforeWrite(Path device, Step step, int write) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Files.deleteIfExists(log);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledChangeMain.class.getName(),
                        new SpdkDevice.Aio(device, false).toString(),
                        step.name())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            await(process, log, KilledChangeMain.OPEN);
            Process killer = killerAt(process, write);
            try {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                return awaitEndOf(process, log);
            } finally {
                killer.destroy();
                // strace has been seen to outlast both what it traced and the signal.
                if (!killer.waitFor(30, TimeUnit.SECONDS)) {
                    killer.destroyForcibly().waitFor();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process killerAt(Process process, int write) throws IOException {
        Path log = directory.resolve("strace");
        Files.deleteIfExists(log);
        Process killer = new ProcessBuilder(
                        "/usr/bin/strace",
                        "-f",
                        "-p",
                        Long.toString(process.pid()),
                        "-e",
                        "trace=io_submit",
                        "-e",
                        "inject=io_submit:signal=SIGKILL:when=" + write)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await("strace")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    String said = Files.exists(log) ? Files.readString(log) : "";
                    assertThat(killer.isAlive()).as("strace: %s", said).isTrue();
                    return said.contains("attached");
                });
        return killer;
    }

    private static void await(Process process, Path log, String line) {
        Awaitility.await(line)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    String said = Files.exists(log) ? Files.readString(log) : "";
                    assertThat(process.isAlive())
                            .as("it ended by itself: %s", said)
                            .isTrue();
                    return said.contains(line);
                });
    }

    /** Whether the step was taken, rather than the process killed. */
    private static boolean awaitEndOf(Process process, Path log) {
        return Awaitility.await("an end")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            if (Files.readString(log).contains(KilledChangeMain.DONE)) {
                                return Optional.of(true);
                            }
                            return process.isAlive() ? Optional.<Boolean>empty() : Optional.of(false);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void requireSound(Path device, Step step) {
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(device, false));
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireClustersAddUp();
        }
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            requireContents(engine, 1, 2, 3, 3, 3);
            step.takeAgain(engine);
            requireContents(engine, 1, 2, 3, 3, 3);
            write(engine, 0, 4);
            requireContents(engine, 4, 4, 4, 3, 3);
            ClearedPool.await(engine);
            assertThat(engine.isSound()).isTrue();
        }
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireClustersAddUp();
        }
    }

    private static void requireContents(SpdkEngine engine, int... volume) {
        for (VolumeSummary summary : engine.list()) {
            byte[] read;
            try (AwaitedVolume opened =
                    AwaitedVolume.open(engine, summary.name().value(), Access.READ)) {
                read = opened.readAll();
            }
            List<Integer> first = firstBytes(read);
            if (summary.name().equals(OLDER)) {
                assertThat(first).as("older").containsExactly(1, 1, 1, 0, 0, 0);
            } else if (summary.name().equals(NEWER)) {
                assertThat(first).as("newer").containsExactly(1, 2, 2, 2, 0, 0);
            } else if (summary.name().equals(NEWEST)) {
                assertThat(first).as("newest").containsExactly(1, 2, 3, 3, 3, 0);
            } else {
                assertThat(first)
                        .as("volume")
                        .startsWith(Arrays.stream(volume).boxed().toArray(Integer[]::new));
            }
        }
        assertThat(engine.list()).extracting(VolumeSummary::name).contains(VOLUME);
    }

    /** Of each cluster, having made sure that all its bytes are the same. */
    private static List<Integer> firstBytes(byte[] bytes) {
        return IntStream.range(0, CLUSTERS)
                .map(cluster -> {
                    int at = cluster * CLUSTER_BYTES;
                    byte first = bytes[at];
                    byte[] all = new byte[CLUSTER_BYTES];
                    Arrays.fill(all, first);
                    // An assertion for each byte would take most of the test's time.
                    assertThat(Arrays.mismatch(all, 0, CLUSTER_BYTES, bytes, at, at + CLUSTER_BYTES))
                            .as("the first byte that differs in cluster %d", cluster)
                            .isNegative();
                    return (int) first;
                })
                .boxed()
                .toList();
    }
}
