// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.ControlCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device refuses one write. The next start can read everything, whether the pool was closed in good order or the process
 * was killed, and what was told to be durable is there.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailedWriteTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName OLD = VolumeName.of("old");
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
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

    /**
     * The process ends right after the write, or after one more, which is told to be durable only if it is. The last size
     * has no cluster left that a write could take: what was told is told all the same, but such a volume may be unreadable.
     */
    @ParameterizedTest
    @ValueSource(ints = {3, 1})
    void whatIsToldToBeDurableIsThereAfterAKill(int clusters) throws IOException {
        // Given
        Path full = full(engine -> engine.create(VOLUME, (long) clusters * CLUSTER, Provisioning.THIN));
        long writes;
        int told = 0;
        long n = 0;
        do {
            fillFrom(full);
            Path killed = directory.resolve("killed-" + ++n);
            Path killedLater = directory.resolve("killed-later-" + n);
            boolean durable;

            // When
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                disk.fail(Request.WRITE, n);
                boolean first = isDone(() -> write(engine, VOLUME, BYTES));
                writes = disk.seen(Request.WRITE);
                disk.heal();
                Files.copy(disk.bytes(), killed);
                durable = isDone(() -> write(engine, VOLUME, BYTES));
                Files.copy(disk.bytes(), killedLater);
                if (durable && !first) {
                    told++;
                }
            }

            // Then
            if (clusters > 1) {
                requireWhole(killed, n, false);
            }
            if (clusters > 1 || durable) {
                requireWhole(killedLater, n, durable);
            }
        } while (n <= writes);
        if (clusters > 1) {
            assertThat(told).as("writes that a second trial made durable").isPositive();
        }
    }

    private static boolean isDone(Runnable work) {
        try {
            work.run();
            return true;
        } catch (EngineException refused) {
            return false;
        }
    }

    private static void requireWhole(Path device, long n, boolean durable) {
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
            assertThat(engine.unreadable()).as("when write %d has failed", n).isEmpty();
            try (AwaitedVolume volume = AwaitedVolume.open(engine, OLD.value(), Access.READ)) {
                assertThat(volume.readAll()).isEqualTo(BYTES);
            }
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
                if (durable) {
                    assertThat(Arrays.copyOf(volume.readAll(), CLUSTER)).isEqualTo(BYTES);
                }
            }
        }
    }

    /** Of the failure somebody else may have been told: the flush that failed, or another volume's. */
    @Test
    void whatIsToldAfterAFailedFlushIsThereAfterAKill() throws IOException {
        // Given
        Path full = full(engine -> engine.create(VOLUME, 3L * CLUSTER, Provisioning.THIN));
        Path killed = directory.resolve("killed");
        long page = pageOfClusters(full);
        fillFrom(full);

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                disk.fail(Request.WRITE, 1, page);
                volume.write(0, BYTES);
                assertThat(disk.seen(Request.WRITE)).isPositive();
                disk.fail(Request.FLUSH, 1);
                assertThat(isDone(volume::flush)).isFalse();
                disk.heal();
                boolean unused = isDone(() -> write(engine, OLD, BYTES));
            }
            boolean durable = isDone(() -> write(engine, VOLUME, BYTES));
            Files.copy(disk.bytes(), killed);
            assertThat(durable).isTrue();
        }

        // Then
        requireWhole(killed, 1, true);
    }

    /** The page of a volume that has all of its clusters is written again by way of another size, when the pool is closed. */
    @Test
    void noKillLeavesAVolumeLarger() throws IOException {
        // Given
        Path full = full(engine -> engine.create(VOLUME, CLUSTER, Provisioning.THIN));
        long page = pageOfClusters(full);
        fillFrom(full);
        List<Path> killed = new ArrayList<>();
        AtomicReference<WatchedCalls> calls = new AtomicReference<>();
        UnaryOperator<ControlCalls> way = direct -> {
            calls.set(new WatchedCalls(direct));
            return calls.get();
        };

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool(), way);
                AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            disk.fail(Request.WRITE, 1, page);
            volume.write(0, BYTES);
            assertThat(disk.seen(Request.WRITE)).isPositive();
            disk.heal();
            calls.get().watch(method -> copyOnce(method, killed));
        }

        // Then: before the first of them the page is still lost.
        assertThat(killed).hasSizeGreaterThan(3);
        for (Path device : killed.subList(1, killed.size())) {
            SpdkPool left = TestDevice.pool(new SpdkDevice.Aio(device, false));
            requireWhole(device, 1, true);
            try (SpdkEngine engine = SpdkEngine.open(left)) {
                assertThat(engine.find(VOLUME))
                        .as("%s of %d", device, killed.size())
                        .hasValueSatisfying(
                                found -> assertThat(found.sizeBytes()).isEqualTo(CLUSTER));
            }
            try (RawPool raw = RawPool.open(left)) {
                assertThat(raw.store().all()).extracting(Lvol::name).noneMatch(PrivateName.GROWN::matches);
            }
        }
    }

    /** SPDK may have answered the note's deletion with success, and the device may not have taken it. */
    @Test
    void whoeverGaveTheVolumeAnotherSizeSinceKeepsIt() throws IOException {
        // Given
        Path full = full(engine -> engine.create(VOLUME, 3L * CLUSTER, Provisioning.THIN));
        fillFrom(full);
        try (RawPool raw = RawPool.open(pool())) {
            String uuid = raw.store().all().stream()
                    .filter(lvol -> lvol.sizeBytes() == 3L * CLUSTER)
                    .map(Lvol::uuid)
                    .findFirst()
                    .orElseThrow();
            String note = PrivateName.GROWN.single() + uuid + "-" + Long.toHexString(CLUSTER);
            assertThat(raw.store().create(note, CLUSTER, Provisioning.THIN, "none"))
                    .isNotEmpty();
        }

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            // Then
            assertThat(engine.find(VOLUME))
                    .hasValueSatisfying(found -> assertThat(found.sizeBytes()).isEqualTo(3L * CLUSTER));
        }
        try (RawPool raw = RawPool.open(pool())) {
            assertThat(raw.store().all()).extracting(Lvol::name).noneMatch(PrivateName.GROWN::matches);
        }
    }

    /** Before and after each call that changes a size, and whatever SPDK is asked for after the first of them. */
    private void copyOnce(String method, List<Path> copies) {
        if (method.equals("bdev_lvol_resize") || (!copies.isEmpty() && method.equals("bdev_lvol_delete"))) {
            Path copy = directory.resolve("killed-" + copies.size());
            copies.add(copy);
            try {
                Files.copy(disk.bytes(), copy);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** What comes after a client has written, and before a kill. */
    enum After {
        PROOF,
        END_OF_THE_EXPORT,
        SNAPSHOT
    }

    /** Nobody asks the engine to flush then. */
    @ParameterizedTest
    @EnumSource
    void whatAClientOfAnExportWroteCanBeReadAfterAKill(After after) throws Exception {
        SpdkTool.require("spdk_dd");
        // Given
        Path full = full(engine -> engine.create(VOLUME, 3L * CLUSTER, Provisioning.THIN));
        Path bytes = Files.write(directory.resolve("bytes"), BYTES);
        Path killed = directory.resolve("killed");
        long page = pageOfClusters(full);

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool().withExports(TestDevice.exportsTo(HOST)))) {
            Export export = engine.exports().orElseThrow().export(VOLUME);
            disk.fail(Request.WRITE, 1, page);
            RemoteHost.Outcome outcome = RemoteHost.named(HOST).write(export, bytes);
            assertThat(outcome.status())
                    .as("status of the client: %s", outcome.log())
                    .isZero();
            assertThat(disk.seen(Request.WRITE)).isPositive();
            disk.heal();
            switch (after) {
                case PROOF -> engine.proveWritable();
                case END_OF_THE_EXPORT -> engine.exports().orElseThrow().end(VOLUME);
                case SNAPSHOT -> engine.snapshot(VOLUME, VolumeName.of("snapshot"));
            }
            Files.copy(disk.bytes(), killed);
        }

        // Then
        requireWhole(killed, 1, true);
    }

    /** Where SPDK lists the clusters of the volume, once it has any. */
    private long pageOfClusters(Path full) throws IOException {
        Path written = Files.copy(full, directory.resolve("written"));
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(written, false)))) {
            write(engine, VOLUME, BYTES);
        }
        return ClusterList.placeOf(VOLUME, written);
    }

    /** SPDK does not delete a volume of which it cannot read all. */
    @Test
    void afterTheDeletionOfAVolumeThatCouldNotBeWritten() throws IOException {
        everyWrite(engine -> engine.create(VOLUME, CLUSTER, Provisioning.THIN), engine -> {
            try {
                write(engine, VOLUME, BYTES);
            } finally {
                engine.delete(VOLUME);
            }
        });
    }

    @Test
    void afterACreate() throws IOException {
        everyWrite(engine -> {}, engine -> {
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
        });
    }

    /** Each of the flushes that it takes: of what is there before, between SPDK's writes, and of the last of them. */
    @Test
    void noChangeIsToldToBeDurableOfWhichAFlushHasFailed() throws IOException {
        Path full = full(engine -> {});
        long n = 0;
        boolean met;
        do {
            // Given
            fillFrom(full);

            // When
            boolean done;
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                disk.fail(Request.FLUSH, ++n);
                done = isDone(() -> {
                    engine.create(VOLUME, CLUSTER, Provisioning.THIN);
                    write(engine, VOLUME, BYTES);
                });
                met = disk.seen(Request.FLUSH) >= n;
                disk.heal();
            }

            // Then
            assertThat(done).as("done when flush %d has failed", n).isEqualTo(!met);
            try (SpdkEngine engine = SpdkEngine.open(pool())) {
                assertThat(engine.unreadable())
                        .as("when flush %d has failed", n)
                        .isEmpty();
                try (AwaitedVolume volume = AwaitedVolume.open(engine, OLD.value(), Access.READ)) {
                    assertThat(volume.readAll()).isEqualTo(BYTES);
                }
            }
        } while (met);
        assertThat(n).as("flushes of a volume that is made and written").isGreaterThan(4);
    }

    /** Makes a pool with one volume, and does something in it while each of the writes that this takes fails once. */
    private void everyWrite(Consumer<SpdkEngine> before, Consumer<SpdkEngine> work) throws IOException {
        Path full = full(before);
        long writes;
        int refusals = 0;
        long n = 0;
        do {
            // Given
            fillFrom(full);

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

    /** A pool with one volume, and what else there is to be. */
    private Path full(Consumer<SpdkEngine> before) throws IOException {
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            engine.create(OLD, CLUSTER, Provisioning.THIN);
            write(engine, OLD, BYTES);
            before.accept(engine);
        }
        return Files.copy(disk.bytes(), directory.resolve("full"));
    }

    private void fillFrom(Path full) throws IOException {
        try (OutputStream stored = Files.newOutputStream(disk.bytes(), StandardOpenOption.WRITE)) {
            Files.copy(full, stored);
        }
    }
}
