// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.UnwritableEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An agent is ready only while its pool takes writes, and is ready again when it does. */
@Timeout(240)
class WriteProofTest {
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    private static PoolReadiness readiness(StorageEngine engine) {
        Reconcile reconcile =
                new Reconcile(engine, new ManifestStore(engine), new ImageCatalog(), InstantSource.system());
        reconcile.onStart(null);
        HealthConfig config = () -> new ByteSize(MIB);
        ShutdownConfig shutdown = () -> Duration.ofSeconds(30);
        OpenedEngine opened = OpenedEngine.of(engine);
        return new PoolReadiness(
                engine,
                new SampledUsage(engine),
                new WriteProof(opened),
                opened,
                reconcile,
                config,
                new GracePeriod(shutdown));
    }

    private static void becomes(PoolReadiness readiness, HealthCheckResponse.Status status) {
        // A proof counts for a second.
        await().atMost(PATIENCE).until(() -> readiness.call().getStatus() == status);
    }

    private static String reason(PoolReadiness readiness) {
        return String.valueOf(readiness.call().getData().orElseThrow().get("reason"));
    }

    /** EIO, ENODEV, EROFS, ESTALE. */
    @ParameterizedTest
    @ValueSource(ints = {5, 19, 30, 116})
    void refusedWriteTakesReadinessDownUntilOneSucceeds(int errno) {
        try (UnwritableEngine engine = new UnwritableEngine(MemoryEngine.open(ClusterSize.parse("64K"), 32L * MIB))) {
            PoolReadiness readiness = readiness(engine);
            engine.refuse(() -> new EngineException.DeviceFailed("write of the proof", errno));

            becomes(readiness, HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("write of the proof").contains("errno " + errno);

            engine.letGo();
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void fullPoolIsJudgedByItsReserveAlone() {
        try (UnwritableEngine engine = new UnwritableEngine(MemoryEngine.open(ClusterSize.parse("64K"), 32L * MIB))) {
            engine.refuse(() -> new EngineException.NoSpace(4096, 0));

            assertThat(readiness(engine).call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        }
    }

    @Test
    void writeThatHangsTakesReadinessDownAndOccupiesOneThread() {
        try (UnwritableEngine engine = new UnwritableEngine(MemoryEngine.open(ClusterSize.parse("64K"), 32L * MIB))) {
            PoolReadiness readiness = readiness(engine);
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
    void frozenFileSystem() {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(scratch, 64L * MIB, "mkfs.ext4", "-q");
                FileEngine engine = FileEngine.open(FilePool.at(ext4.path().resolve("pool")))) {
            PoolReadiness readiness = readiness(engine);
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
            PoolReadiness readiness = readiness(engine);
            becomes(readiness, HealthCheckResponse.Status.UP);

            ext4.abort();

            becomes(readiness, HealthCheckResponse.Status.DOWN);
        }
    }

    @Test
    void poolThatIsAwayForAWhile() throws IOException {
        Path pool = scratch.resolve("pool");
        try (FileEngine engine = FileEngine.open(FilePool.at(pool))) {
            PoolReadiness readiness = readiness(engine);
            becomes(readiness, HealthCheckResponse.Status.UP);

            Files.move(pool, scratch.resolve("away"));
            becomes(readiness, HealthCheckResponse.Status.DOWN);
            assertThat(reason(readiness)).contains("unmounted, moved or removed");

            Files.move(scratch.resolve("away"), pool);
            becomes(readiness, HealthCheckResponse.Status.UP);
        }
    }
}
