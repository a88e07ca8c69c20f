// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.PausingEngine;
import io.scrubjay.engine.PausingEngine.Moment;
import io.scrubjay.engine.PausingEngine.Pause;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.TestDevice;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageLeases;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.MemoryHistory;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubLimits;
import io.scrubjay.scrub.Scrubber;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What begins while something is being deleted, and what is deleted while something else looks at it, moment by moment. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DuringDeletionTest {
    private static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");
    private static final int MIB = 1 << 20;
    private static final int DEVICE_CLUSTERS = 32;
    private static final byte[] FILLED = random(4, 2 * MIB);

    @TempDir
    Path directory;

    /** Where the pool is. */
    enum Kind {
        MEMORY,
        FILES,
        SPDK
    }

    /** One agent over a pool that stops where a test says. */
    private final class Agent implements AutoCloseable {
        final PausingEngine pausing;
        final PretendedExports pretended;
        final VolumeKit kit;
        final Exports exports;
        final Scrubber scrubber;

        Agent(Kind kind, String pool) {
            StorageEngine engine = switch (kind) {
                case MEMORY -> TestPool.open(CLUSTER_SIZE, 64L << 20);
                case FILES ->
                    FileEngine.open(FilePool.at(directory.resolve(pool)).withClusterSize(CLUSTER_SIZE));
                case SPDK -> onSpdk(pool);
            };
            pausing = new PausingEngine(engine);
            pretended = new PretendedExports(pausing);
            kit = new VolumeKit(pretended.exporting());
            exports = new Exports(kit.engine);
            scrubber = new Scrubber(
                    new ScrubLimits(0, 1, 1),
                    kit.engine,
                    kit.manifests,
                    kit.images,
                    new MemoryHistory(),
                    InstantSource.system(),
                    System::nanoTime);
            scrubber.start();
        }

        RunReport scrub() {
            RunReport run = scrubber.submitScheduled(ScrubLevel.DEEP).orElseThrow();
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> scrubber.run(run.id()).isEnded());
            return scrubber.run(run.id());
        }

        @Override
        public void close() {
            scrubber.close();
            exports.close();
            kit.close();
            pausing.close();
        }
    }

    private StorageEngine onSpdk(String pool) {
        try {
            Path device = TestDevice.make(Files.createDirectories(directory.resolve(pool)), DEVICE_CLUSTERS);
            return SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device.toAbsolutePath(), false))
                    .withFormat(FormatPolicy.IF_BLANK));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<Void> deletion(Agent agent, Image image) {
        return CompletableFuture.runAsync(() -> {
            try {
                agent.kit.deletion.delete(image);
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        });
    }

    private static Refusal refusal(ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.refusal();
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "FILES"})
    void nobodyBeginsToUseAnImageThatIsBeingDeleted(Kind kind) {
        nobodyBeginsDuringADeletion(kind);
    }

    @Test
    @NeedsSpdk
    void nobodyBeginsToUseAnImageThatIsBeingDeletedOnSpdk() {
        nobodyBeginsDuringADeletion(Kind.SPDK);
    }

    /** From the first call to the engine to the last that there is an image for. */
    private void nobodyBeginsDuringADeletion(Kind kind) {
        boolean reached = true;
        int n = 0;
        while (reached) {
            n++;
            try (Agent agent = new Agent(kind, "image-" + n)) {
                // Given
                Image image = agent.kit.image("disk", random(1, 2 * MIB));
                Pause pause = agent.pausing.pauseNth(n, Moment.BEFORE);
                CompletableFuture<Void> deletion = deletion(agent, image);
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> pause.isReached() || deletion.isDone());
                reached = pause.isReached();
                if (reached) {
                    // When
                    ByteRange first = new ByteRange(0, 1);
                    Refusal read = refusal(() -> agent.kit.readers.open(image, first));
                    Refusal exported = refusal(() -> agent.exports.export(image));
                    Refusal cloned = refusal(() -> agent.kit.cloneOf("clone", image));
                    Refusal deleted = refusal(() -> agent.kit.deletion.delete(image));
                    RunReport scrubbed = agent.scrub();
                    // Then
                    assertThat(read).as("call %d", n).isEqualTo(Refusal.IMAGE_NOT_READY);
                    assertThat(exported).as("call %d", n).isEqualTo(Refusal.IMAGE_NOT_READY);
                    assertThat(cloned).as("call %d", n).isEqualTo(Refusal.IMAGE_NOT_READY);
                    assertThat(deleted).as("call %d", n).isEqualTo(Refusal.IMAGE_IN_USE);
                    assertThat(scrubbed.findings()).as("call %d", n).isEmpty();
                    assertThat(scrubbed.progress().bytesRead()).as("call %d", n).isZero();
                }
                pause.goOn();
                deletion.join();
                assertThat(agent.kit.engine.list()).as("call %d", n).isEmpty();
                assertThat(agent.pretended.count()).isZero();
                assertThat(ImageLeases.count(image)).isZero();
            }
        }
        assertThat(n).isGreaterThan(4);
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "FILES"})
    void anImageThatADownloadIsAboutToOpenIsNotDeleted(Kind kind) throws InterruptedException {
        try (Agent agent = new Agent(kind, "pool")) {
            byte[] bytes = random(2, 2 * MIB);
            Image image = agent.kit.image("disk", bytes);
            Pause pause = agent.pausing.pause(EngineCall.OPEN, image.volume()::equals, Moment.BEFORE);
            CompletableFuture<byte[]> download = CompletableFuture.supplyAsync(() -> agent.kit.read(image));
            pause.awaitReached();

            Refusal refused = refusal(() -> agent.kit.deletion.delete(image));

            pause.goOn();
            assertThat(refused).isEqualTo(Refusal.IMAGE_IN_USE);
            assertThat(download.join()).isEqualTo(bytes);
            await().atMost(Duration.ofMinutes(1)).until(() -> ImageLeases.count(image) == 0);
            agent.kit.deletion.delete(image);
            assertThat(agent.kit.engine.list()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "FILES"})
    void aScrubOfAnImageThatIsToBeDeletedLetsGoAndFindsNothing(Kind kind) {
        try (Agent agent = new Agent(kind, "pool")) {
            Image image = agent.kit.image("disk", random(3, 8 * MIB));
            Pause read = agent.pausing.pause(EngineCall.READ, image.volume()::equals, Moment.BEFORE);
            RunReport run = agent.scrubber.submitScheduled(ScrubLevel.DEEP).orElseThrow();
            read.awaitReached();
            assertThat(refusal(() -> agent.kit.deletion.delete(image))).isEqualTo(Refusal.IMAGE_IN_USE);

            CompletableFuture<Void> deletion = CompletableFuture.runAsync(() -> retire(image));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> catchThrowableOfType(RefusedException.class, image::lease) != null);
            read.goOn();
            deletion.join();

            await().atMost(Duration.ofMinutes(1))
                    .until(() -> agent.scrubber.run(run.id()).isEnded());
            assertThat(agent.scrubber.run(run.id()).findings()).isEmpty();
            assertThat(agent.scrubber.run(run.id()).progress().bytesRead()).isLessThan(8L * MIB);
        }
    }

    /** Waits for as long as it takes until nobody uses it. */
    private static void retire(Image image) {
        try {
            assertThat(image.retire(Duration.ofMinutes(2))).isTrue();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /** What walks from a volume to its parents. */
    enum Walker {
        READ,
        WRITE,
        SNAPSHOT,
        REPORT,
        DOWNLOAD,
        SCRUB
    }

    private static void walk(Walker walker, Agent agent) {
        switch (walker) {
            case READ -> {
                // Everyone reads afterwards.
            }
            case WRITE -> agent.kit.write(line(agent), 3, new byte[] {3});
            case SNAPSHOT -> {
                Image unused = agent.kit.snapshot(line(agent), "third");
            }
            case REPORT -> assertThat(agent.kit.volumes.list()).hasSize(1);
            case DOWNLOAD ->
                assertThat(agent.kit.read(agent.kit.images.get(ImageKey.ofSnapshot(VolumeKit.name("second")))))
                        .hasSize(2 * MIB);
            case SCRUB -> assertThat(agent.scrub().findings()).isEmpty();
        }
    }

    private static NamedVolume line(Agent agent) {
        return agent.kit.volumes.get(VolumeKit.name("vm"));
    }

    /** The grandparent goes at each call that the walk makes to the engine. */
    @ParameterizedTest
    @EnumSource
    void aParentMayGoWhileTheChainIsWalkedInMemory(Walker walker) {
        sweep(walker, Kind.MEMORY);
    }

    /** As the layer above is the same, each fifth call. */
    @ParameterizedTest
    @EnumSource
    void aParentMayGoWhileTheChainIsWalkedInFiles(Walker walker) {
        sweep(walker, Kind.FILES);
    }

    @ParameterizedTest
    @NeedsSpdk
    @EnumSource(names = {"READ", "SNAPSHOT", "SCRUB"})
    void aParentMayGoWhileTheChainIsWalkedOnSpdk(Walker walker) {
        sweep(walker, Kind.SPDK);
    }

    private void sweep(Walker walker, Kind kind) {
        int deletedOften = 0;
        boolean reached = true;
        int n = 0;
        while (reached) {
            n += kind == Kind.MEMORY ? 1 : 5;
            try (Agent agent = new Agent(kind, walker + "-" + n)) {
                // Given
                NamedVolume volume = agent.kit.thin("vm", 2L * MIB);
                agent.kit.write(volume, 0, FILLED);
                Image first = agent.kit.snapshot(volume, "first");
                agent.kit.write(volume, MIB, new byte[] {5});
                Image second = agent.kit.snapshot(volume, "second");
                agent.kit.write(volume, MIB + 100_000, new byte[] {6});
                byte[] secondBytes = agent.kit.read(second);
                byte[] now = agent.kit.read(volume);
                if (walker == Walker.WRITE) {
                    now[3] = 3;
                }
                awaitNoLease(first, second);
                // When
                Pause pause = agent.pausing.pauseNth(n, Moment.BEFORE);
                CompletableFuture<Void> walk = CompletableFuture.runAsync(() -> {
                    walk(walker, agent);
                    assertThat(Arrays.equals(agent.kit.read(volume), now)).isTrue();
                });
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> pause.isReached() || walk.isDone());
                reached = pause.isReached();
                if (reached && ImageLeases.count(first) == 0) {
                    deletion(agent, first).join();
                    deletedOften++;
                }
                pause.goOn();
                walk.join();
                // Then
                String where = "call " + n;
                assertThat(Arrays.equals(agent.kit.read(volume), now)).as(where).isTrue();
                assertThat(Arrays.equals(agent.kit.read(second), secondBytes))
                        .as(where)
                        .isTrue();
                if (walker == Walker.SNAPSHOT) {
                    Image third = agent.kit.images.get(ImageKey.ofSnapshot(VolumeKit.name("third")));
                    assertThat(Arrays.equals(agent.kit.read(third), now))
                            .as(where)
                            .isTrue();
                    assertThat(agent.kit.header(third).contentDigest())
                            .as(where)
                            .isEqualTo(Reference.contentDigest(now));
                }
                awaitNoLease(first, second);
                assertThat(VolumeLeases.count(volume)).as(where).isZero();
            }
        }
        assertThat(deletedOften).isPositive();
    }

    private static void awaitNoLease(Image first, Image second) {
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> ImageLeases.count(first) + ImageLeases.count(second) == 0);
    }
}
