// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A pool that is not where it was opened: nothing is known of it, and nothing in it is changed. */
class VanishedPoolTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName S = VolumeName.of("s");
    private static final VolumeName NEW = VolumeName.of("new");
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    private Path directory;
    private FileEngine engine;

    @BeforeEach
    void openWithTwoVolumes() {
        directory = scratch.resolve("pool");
        engine = FileEngine.open(FilePool.at(directory));
        engine.create(A, MIB, Provisioning.THIN);
        engine.create(VolumeName.of("b"), MIB, Provisioning.THIN);
        engine.seal(VolumeName.of("b"), S);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** How a pool gets lost. */
    enum Loss {
        MOVED {
            @Override
            void happensTo(Path pool) throws IOException {
                Files.move(pool, pool.resolveSibling("elsewhere"));
            }
        },
        REMOVED {
            @Override
            void happensTo(Path pool) {
                remove(pool);
            }
        },
        MADE_ANEW {
            @Override
            void happensTo(Path pool) throws IOException {
                Path former = pool.resolveSibling("elsewhere");
                Files.move(pool, former);
                for (String inside : List.of("volumes", "staging", "trash")) {
                    Files.createDirectories(pool.resolve(inside));
                }
                Files.copy(former.resolve("format"), pool.resolve("format"));
                Files.copy(former.resolve("lock"), pool.resolve("lock"));
            }
        },
        EMPTIED {
            @Override
            void happensTo(Path pool) throws IOException {
                try (Stream<Path> entries = Files.list(pool)) {
                    entries.forEach(Loss::remove);
                }
            }
        },
        WITHOUT_VOLUMES {
            @Override
            void happensTo(Path pool) throws IOException {
                remove(pool.resolve("volumes"));
                Files.createDirectory(pool.resolve("volumes"));
            }
        };

        abstract void happensTo(Path pool) throws IOException;

        private static void remove(Path tree) {
            try (Stream<Path> all = Files.walk(tree)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                });
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** Every call that changes or tells of the pool. */
    private Map<String, Runnable> calls() {
        return Map.ofEntries(
                Map.entry("usage", () -> engine.usage()),
                Map.entry("incomplete", () -> engine.incomplete()),
                Map.entry("prove writable", () -> engine.proveWritable()),
                Map.entry("list", () -> engine.list()),
                Map.entry("find", () -> engine.find(A)),
                Map.entry("create", () -> engine.create(NEW, MIB, Provisioning.THIN)),
                Map.entry("open for reading", () -> engine.open(A, Access.READ)),
                Map.entry("open for verifying", () -> engine.open(A, Access.VERIFY)),
                Map.entry("open for writing", () -> engine.open(A, Access.WRITE)),
                Map.entry("allocated", () -> engine.allocated(A)),
                Map.entry("differing", () -> engine.differing(A, S)),
                Map.entry("resize", () -> engine.resize(A, 2L * MIB)),
                Map.entry("snapshot", () -> engine.snapshot(A, NEW)),
                Map.entry("seal", () -> engine.seal(A, NEW)),
                Map.entry("clone", () -> engine.cloneOf(S, NEW)),
                Map.entry("inflate", () -> engine.inflate(A)),
                Map.entry("decouple", () -> engine.decouple(A)),
                Map.entry("rename", () -> engine.rename(A, NEW)),
                Map.entry("delete", () -> engine.delete(A)));
    }

    private void everyCallFails() {
        calls().forEach((name, call) -> assertThatThrownBy(call::run).as(name).isInstanceOf(DeviceFailed.class));
    }

    @ParameterizedTest
    @EnumSource
    void everyCallFailsOnAVanishedPool(Loss loss) throws IOException {
        loss.happensTo(directory);

        everyCallFails();
    }

    @Test
    void poolThatComesBackIsAsItWas() throws IOException {
        // Given
        Path away = directory.resolveSibling("away");
        Files.move(directory, away);
        everyCallFails();

        // When
        Files.move(away, directory);

        // Then
        assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(A, S);
        engine.delete(A);
        assertThat(directory.resolve("volumes/a")).doesNotExist();
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "s", Access.VERIFY)) {
            assertThat(volume.readAll()).isEqualTo(new byte[MIB]);
        }
    }

    @Test
    void unmountedPoolLosesNothing() {
        // Given a pool on a file system of its own
        Path place = scratch.resolve("fs");
        try (MountedFileSystem mounted = MountedFileSystem.inFile(directoryOf(place), 32L * MIB, "mkfs.ext4", "-q")) {
            Path pool = mounted.path().resolve("pool");
            try (FileEngine there = FileEngine.open(FilePool.at(pool))) {
                there.create(A, MIB, Provisioning.THIN);

                // When it is unmounted under the engine
                mounted.detach();

                // Then
                assertThatThrownBy(() -> there.delete(A)).isInstanceOf(DeviceFailed.class);
                assertThatThrownBy(() -> there.open(A, Access.VERIFY)).isInstanceOf(DeviceFailed.class);

                // And when it is mounted again, the engine goes on
                mounted.attach();
                assertThat(there.list()).extracting(VolumeSummary::name).containsExactly(A);
                there.delete(A);
                assertThat(pool.resolve("volumes/a")).doesNotExist();
            }
        }
    }

    @Test
    void fileSystemMountedOverThePoolIsNotThePool() throws IOException {
        try (MountedFileSystem over = MountedFileSystem.over(directory, "tmpfs")) {
            assertThat(over.path()).isEqualTo(directory);

            everyCallFails();
        }
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void volumeThatIsGoneFromAPresentPoolCanBeDeleted() throws IOException {
        Loss.remove(directory.resolve("volumes/a"));

        engine.delete(A);

        assertThat(engine.find(A)).isEmpty();
    }

    /** The file that is open may have a name still: in a directory that is the pool no more. */
    @ParameterizedTest
    @EnumSource
    void writesToAVanishedPoolAreNotCalledDurable(Loss loss) throws IOException {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "a", Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(1, MIB)).flush();
            loss.happensTo(directory);

            assertThatThrownBy(
                            () -> volume.write(0, AwaitedVolume.pattern(2, MIB)).flush())
                    .isInstanceOf(DeviceFailed.class);
        }
    }

    @Test
    void writesBelowAFileSystemMountedOverThePoolAreNotCalledDurable() {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "a", Access.WRITE)) {
            try (MountedFileSystem over = MountedFileSystem.over(directory, "tmpfs")) {
                assertThat(over.path()).isEqualTo(directory);

                assertThatThrownBy(() ->
                                volume.write(0, AwaitedVolume.pattern(2, MIB)).flush())
                        .isInstanceOf(DeviceFailed.class);
            }
            volume.write(0, AwaitedVolume.pattern(3, MIB)).flush();
        }
    }

    @Test
    void writesToARemovedVolumeAreNotCalledDurable() {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "a", Access.WRITE)) {
            Loss.remove(directory.resolve("volumes/a"));

            assertThatThrownBy(
                            () -> volume.write(0, AwaitedVolume.pattern(2, MIB)).flush())
                    .isInstanceOf(DeviceFailed.class);
        }
    }

    private static Path directoryOf(Path path) {
        try {
            return Files.createDirectory(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
