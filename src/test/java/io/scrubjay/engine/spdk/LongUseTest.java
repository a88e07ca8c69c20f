// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.SpdkCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is left behind by many calls: nothing. And what happens where there is no room for more. */
@NeedsSpdk
class LongUseTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int BLOCK = SpdkVolume.IO_ALIGNMENT_BYTES;
    private static final int OPERATIONS = 10_000;
    /** Files that the machine below opens by itself, once. */
    private static final int STRAY_FILES = 8;

    private static final VolumeName VOLUME = VolumeName.of("volume");

    @TempDir
    Path directory;

    private SpdkPool pool;
    private SpdkEngine engine;

    @BeforeEach
    void open() {
        pool = DeviceKind.AIO_FALLOCATE.pool(directory, 8);
        engine = SpdkEngine.open(pool);
        engine.create(VOLUME, 2 * CLUSTER, Provisioning.THIN);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void tenThousandOperationsLeaveNothingBehind() throws IOException {
        // Given
        writeAndRead(0);
        long files = openFiles();

        // When
        for (int operation = 1; operation <= OPERATIONS / 4; operation++) {
            writeAndRead(operation);
        }

        // Then
        Reactor reactor = Reactor.started(pool.reactor());
        assertThat(SpdkCalls.ping(reactor)).isZero();
        assertThat(engine.requestsUnderWay()).isLessThanOrEqualTo(1);
        assertThat(openFiles()).isLessThan(files + STRAY_FILES);
    }

    /** Opens, writes, reads and closes. */
    private void writeAndRead(int seed) {
        byte[] bytes = AwaitedVolume.pattern(seed, BLOCK);
        long offset = (long) seed % (2 * CLUSTER / BLOCK) * BLOCK;
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write(offset, bytes);
            assertThat(volume.read(offset, BLOCK)).isEqualTo(bytes);
        }
    }

    @Test
    void poolCanBeOpenedAgainAndAgain() throws IOException {
        long files = openFiles();
        for (int round = 0; round < 20; round++) {
            engine.close();
            engine = SpdkEngine.open(pool);
        }

        assertThat(engine.list()).hasSize(1);
        assertThat(openFiles()).isLessThan(files + STRAY_FILES);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    @Test
    void handlesRunOutWithAnErrorAndComeBack() {
        List<Volume> open = new ArrayList<>();

        DeviceFailed refused = catchThrowableOfType(DeviceFailed.class, () -> {
            while (open.size() < 100_000) {
                open.add(engine.open(VOLUME, Access.READ));
            }
        });

        assertThat(refused).hasMessageContaining("errno 24");
        assertThat(open).hasSizeGreaterThan(1000);
        open.forEach(Volume::close);
        writeAndRead(1);
        engine.delete(VOLUME);
    }

    /** Far more than there are tickets, and than SPDK has requests when it splits them at clusters. */
    @Test
    void moreRequestsThanThereIsRoomForAreAllAnswered() {
        byte[] bytes = AwaitedVolume.pattern(7, 2 * CLUSTER);
        ByteBuffer source = AwaitedVolume.buffer(bytes);
        int length = 8 * BLOCK;
        List<CompletionStage<Void>> stages = new ArrayList<>();
        try (Volume volume = engine.open(VOLUME, Access.WRITE)) {
            for (int round = 0; round < 80; round++) {
                for (int offset = 0; offset < 2 * CLUSTER; offset += length) {
                    stages.add(volume.write(offset, source.slice(offset, length)));
                }
            }
            CompletableFuture.allOf(stages.stream()
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture[]::new))
                    .join();
        }

        assertThat(stages).hasSizeGreaterThan(4 * SpdkCalls.ticketCount());
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.VERIFY)) {
            assertThat(Arrays.equals(volume.readAll(), bytes)).isTrue();
        }
    }

    /**
     * A request for many clusters is many requests inside SPDK. When those for metadata found no room among them, a
     * cluster was freed and used all the same, and the next one allocated was the same cluster again.
     */
    @Test
    void clusterIsNotGivenTwiceWhenThereIsNoRoomForMoreRequests() {
        int clusters = 32;
        VolumeName first = VolumeName.of("first");
        engine.close();
        engine = SpdkEngine.open(DeviceKind.MALLOC.pool(directory, 2 * clusters + 1));
        long free = engine.usage().freeClusters();
        engine.create(first, (long) clusters * CLUSTER, Provisioning.THIN);
        engine.create(VOLUME, (long) clusters * CLUSTER, Provisioning.THIN);
        byte[] bytes = AwaitedVolume.pattern(11, clusters * CLUSTER);
        ByteBuffer source = AwaitedVolume.buffer(bytes);
        List<CompletionStage<Void>> stages = new ArrayList<>();
        try (Volume busy = engine.open(first, Access.WRITE);
                Volume volume = engine.open(VOLUME, Access.WRITE)) {
            Stages.await(busy.write(0, source));
            // While SPDK's thread copies these, all that follows comes together before it.
            for (int round = 0; round < 8; round++) {
                stages.add(busy.write(0, source));
            }
            for (int round = 0; round < 48; round++) {
                stages.add(volume.write(0, source));
            }
            stages.forEach(Stages::await);
        }

        assertThat(engine.usage().freeClusters()).isEqualTo(free - 2L * clusters);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.VERIFY)) {
            assertThat(Arrays.equals(volume.readAll(), bytes)).isTrue();
        }
    }

    /** A volume takes a page of metadata, however little it holds. */
    @Test
    void volumesRunOutWithAnErrorAndComeBack() {
        List<VolumeName> made = takeAllMetadata();

        assertThatThrownBy(() -> writeAndRead(1)).isInstanceOf(NoSpace.class);
        made.forEach(engine::delete);
        writeAndRead(1);
        engine.create(made.get(0), CLUSTER, Provisioning.THIN);
    }

    /** SPDK ends the process where a clone finds no page of metadata. */
    @Test
    void cloneIsRefusedWhenThereIsNoRoomForItsMetadata() {
        VolumeName snapshot = VolumeName.of("snapshot");
        VolumeName clone = VolumeName.of("clone");
        engine.seal(VOLUME, snapshot);
        List<VolumeName> made = takeAllMetadata();

        assertThatThrownBy(() -> engine.cloneOf(snapshot, clone)).isInstanceOf(NoSpace.class);

        assertThat(engine.find(clone)).isEmpty();
        engine.delete(made.get(0));
        assertThat(engine.cloneOf(snapshot, clone).parent()).contains(snapshot);
    }

    /** Makes volumes until there is no room for another one. */
    private List<VolumeName> takeAllMetadata() {
        List<VolumeName> made = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (made.size() < 10_000) {
                        VolumeName name = VolumeName.of("volume-" + made.size());
                        engine.create(name, CLUSTER, Provisioning.THIN);
                        made.add(name);
                    }
                })
                .isInstanceOf(NoSpace.class);
        return made;
    }

    @Test
    void fullPoolCanBeClosedAndOpened() {
        byte[] bytes = AwaitedVolume.pattern(3, 2 * CLUSTER);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write(0, bytes);
        }
        long free = engine.usage().freeClusters();
        engine.create(VolumeName.of("rest"), free * CLUSTER, Provisioning.THICK);
        assertThat(engine.usage().freeClusters()).isZero();

        engine.close();
        engine = SpdkEngine.open(pool);

        assertThat(engine.usage().freeClusters()).isZero();
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.VERIFY)) {
            assertThat(volume.readAll()).isEqualTo(bytes);
        }
    }

    /** Whoever interrupts a thread in the middle of a call must not cost the others theirs. */
    @Test
    void interruptedCallerLeavesTheEngineUsable() {
        Thread.currentThread().interrupt();
        engine.create(VolumeName.of("interrupted"), CLUSTER, Provisioning.THIN);
        writeAndRead(5);
        assertThat(Thread.interrupted()).isTrue();

        engine.delete(VolumeName.of("interrupted"));
        assertThat(engine.list()).hasSize(1);
    }
}
