// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineMeter;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.UnwritableEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An agent is ready only while its pool takes writes, and is ready again when it does. */
@Timeout(240)
class WriteProofTest {
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final EngineMeter NOBODY = new EngineMeter() {
        @Override
        public void started(EngineCall call) {}

        @Override
        public void succeeded(EngineCall call, long bytes, long latencyNanos) {}

        @Override
        public void failed(EngineCall call, Throwable failure, long latencyNanos) {}
    };

    @TempDir
    Path scratch;

    /** For a device that hangs. */
    private static final DeviceConfig SOON = TestDeadlines.of(Duration.ofSeconds(3));

    /** For one that takes its time. */
    private static final DeviceConfig NEVER = TestDeadlines.of(Duration.ofDays(1));

    private static UnwritableEngine inMemory() {
        return new UnwritableEngine(TestPool.open(ClusterSize.parse("64K"), 32L * MIB));
    }

    private static PoolReadiness readiness(StorageEngine engine, DeviceConfig device) {
        return readiness(engine, device, new WriteProof(OpenedEngine.of(engine), device));
    }

    static PoolReadiness readiness(StorageEngine engine, DeviceConfig device, WriteProof proof) {
        Reconcile reconcile =
                new Reconcile(engine, new ManifestStore(engine), new ImageCatalog(), InstantSource.system());
        reconcile.onStart(null);
        HealthConfig config = () -> new ByteSize(MIB);
        ShutdownConfig shutdown = () -> Duration.ofSeconds(30);
        return new PoolReadiness(
                engine,
                new SampledUsage(engine, device),
                proof,
                OpenedEngine.of(engine),
                reconcile,
                config,
                new GracePeriod(shutdown));
    }

    static void becomes(PoolReadiness readiness, HealthCheckResponse.Status status) {
        // A proof counts for a second.
        await().atMost(PATIENCE).until(() -> readiness.call().getStatus() == status);
    }

    static String reason(PoolReadiness readiness) {
        return String.valueOf(readiness.call().getData().orElseThrow().get("reason"));
    }

    /** Otherwise a pool that has bytes free and can make no file would be ready, and refuse every upload. */
    @Test
    void poolWithoutInodesIsNotReadyAndSaysWhy() {
        try (UnwritableEngine engine = inMemory()) {
            PoolReadiness readiness = readiness(engine, SOON);
            engine.refuse(() -> EngineException.NoSpace.ofInodes(0, 16L * MIB));

            becomes(readiness, HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("no free inodes");

            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    /** EIO, ENODEV, EROFS, ESTALE. */
    @ParameterizedTest
    @ValueSource(ints = {5, 19, 30, 116})
    void refusedWriteTakesReadinessDownUntilOneSucceeds(int errno) {
        try (UnwritableEngine engine = inMemory()) {
            PoolReadiness readiness = readiness(engine, SOON);
            engine.refuse(() -> new EngineException.DeviceFailed("write of the proof", errno));

            becomes(readiness, HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("write of the proof").contains("errno " + errno);

            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void fullPoolIsJudgedByItsReserveAlone() {
        try (UnwritableEngine engine = inMemory()) {
            engine.refuse(() -> new EngineException.NoSpace(4096, 0));

            assertThat(readiness(engine, SOON).call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void writeThatHangsTakesReadinessDownAndOccupiesOneThread() {
        try (UnwritableEngine engine = inMemory()) {
            PoolReadiness readiness = readiness(engine, SOON);
            becomes(readiness, HealthCheckResponse.Status.UP);
            engine.hang();

            for (int probe = 0; probe < 3; probe++) {
                becomes(readiness, HealthCheckResponse.Status.DOWN);
            }
            assertThat(reason(readiness)).contains("has not finished in time");
            assertThat(engine.hanging()).isEqualTo(1);

            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void slowWriteLeavesTheLastAnswerStanding() {
        try (UnwritableEngine engine = inMemory()) {
            PoolReadiness readiness = readiness(engine, NEVER);
            becomes(readiness, HealthCheckResponse.Status.UP);

            hangNext(engine, readiness);

            assertThat(readiness.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
            assertThat(engine.hanging()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsReadyBeforeTheFirstWriteHasSucceeded() {
        try (UnwritableEngine engine = inMemory()) {
            PoolReadiness readiness = readiness(engine, NEVER);
            engine.hang();

            assertThat(readiness.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("first write has not finished yet");

            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    @ParameterizedTest
    @MethodSource("doubtfulCalls")
    void callThatFailedIsBelievedUntilALaterWriteSucceeds(EngineCall call, EngineException failure, Duration took) {
        try (UnwritableEngine engine = inMemory()) {
            WriteProof proof = new WriteProof(OpenedEngine.of(engine), NEVER);
            PoolReadiness readiness = readiness(engine, NEVER, proof);
            becomes(readiness, HealthCheckResponse.Status.UP);
            hangNext(engine, readiness);

            new DoubtfulCalls(NOBODY, proof).failed(call, failure, took.toNanos());

            assertThat(readiness.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).isEqualTo(failure.getMessage());
            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    private static List<Arguments> doubtfulCalls() {
        Duration atOnce = Duration.ofNanos(1);
        Duration minute = Duration.ofMinutes(1);
        return List.of(
                Arguments.of(EngineCall.WRITE, new EngineException.DeviceFailed("pwrite", 5), atOnce),
                Arguments.of(EngineCall.FLUSH, new EngineException.DeviceFailed("fdatasync", 30), atOnce),
                Arguments.of(EngineCall.READ, new EngineException.DeviceStalled("pread", minute), minute),
                Arguments.of(EngineCall.DELETE, new EngineException.DeviceStalled("delete", minute), minute));
    }

    @ParameterizedTest
    @MethodSource("callsOfNoConcern")
    void callThatSaysNothingOfWritesIsNotHeldAgainstThePool(EngineCall call, RuntimeException failure) {
        try (UnwritableEngine engine = inMemory()) {
            WriteProof proof = new WriteProof(OpenedEngine.of(engine), NEVER);
            PoolReadiness readiness = readiness(engine, NEVER, proof);
            becomes(readiness, HealthCheckResponse.Status.UP);
            hangNext(engine, readiness);

            new DoubtfulCalls(NOBODY, proof).failed(call, failure, 1);

            assertThat(readiness.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        }
    }

    private static List<Arguments> callsOfNoConcern() {
        return List.of(
                Arguments.of(EngineCall.READ, new EngineException.DeviceFailed("pread", 5)),
                Arguments.of(EngineCall.FIND, new EngineException.DeviceFailed("meta", 5)),
                Arguments.of(
                        EngineCall.READ,
                        new EngineException.DeviceStalled("an earlier operation on 'head-1'", Duration.ofMinutes(1))),
                Arguments.of(EngineCall.WRITE, new EngineException.NoSpace(4096, 0)),
                Arguments.of(EngineCall.WRITE, new IllegalArgumentException("not aligned")));
    }

    @Test
    void afterAChangeThatFailedTheNextProbeTriesAWrite() {
        try (UnwritableEngine engine = inMemory()) {
            WriteProof proof = new WriteProof(OpenedEngine.of(engine), NEVER);
            PoolReadiness readiness = readiness(engine, NEVER, proof);
            becomes(readiness, HealthCheckResponse.Status.UP);
            engine.hang();

            new DoubtfulCalls(NOBODY, proof)
                    .failed(EngineCall.CREATE, new EngineException.DeviceFailed("mkdir", 30), 1);
            readiness.call();

            await().atMost(PATIENCE).until(() -> engine.hanging() == 1);
        }
    }

    /** Whoever waits for the one and then for the other takes too long when both hang. */
    @Test
    void usageAndProofAreAskedForAtTheSameTime() {
        try (UnwritableEngine engine = inMemory()) {
            engine.answerUsageOnceProving();

            HealthCheckResponse answer = readiness(engine, NEVER).call();

            assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        }
    }

    /** Has the next proof hang, and waits until it does. */
    private static void hangNext(UnwritableEngine engine, PoolReadiness readiness) {
        engine.hang();
        await().atMost(PATIENCE).until(() -> {
            readiness.call();
            return engine.hanging() == 1;
        });
    }

    @Test
    void frozenFileSystem() {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(scratch, 64L * MIB, "mkfs.ext4", "-q");
                FileEngine engine = FileEngine.open(FilePool.at(ext4.path().resolve("pool")))) {
            PoolReadiness readiness = readiness(engine, SOON);
            becomes(readiness, HealthCheckResponse.Status.UP);

            ext4.freeze();
            try {
                becomes(readiness, HealthCheckResponse.Status.DOWN);
                assertThat(reason(readiness)).contains("has not finished in time");
            } finally {
                ext4.thaw();
            }

            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void fileSystemThatTurnsReadOnly() {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(scratch, 64L * MIB, "mkfs.ext4", "-q");
                FileEngine engine = FileEngine.open(FilePool.at(ext4.path().resolve("pool")))) {
            PoolReadiness readiness = readiness(engine, SOON);
            becomes(readiness, HealthCheckResponse.Status.UP);

            ext4.abort();

            becomes(readiness, HealthCheckResponse.Status.DOWN);
        }
    }

    @Test
    void poolThatIsAwayForAWhile() throws IOException {
        Path pool = scratch.resolve("pool");
        try (FileEngine engine = FileEngine.open(FilePool.at(pool))) {
            PoolReadiness readiness = readiness(engine, SOON);
            becomes(readiness, HealthCheckResponse.Status.UP);

            Files.move(pool, scratch.resolve("away"));
            becomes(readiness, HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("unmounted, moved or removed");

            Files.move(scratch.resolve("away"), pool);
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }
}
