// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FlakyEngine.Moment;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Snapshots that fail, and snapshots that are deleted, while a client writes to their volume over NVMe/TCP, on a device
 * where nothing clears what a merge frees.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RefusedSnapshotTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTERS = 8;
    private static final int POOL_CLUSTERS = 5 * CLUSTERS;
    private static final int ROUNDS = 5;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName OTHER = VolumeName.of("other");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    private static final VolumeName NEWER = VolumeName.of("newer");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    private final AtomicReference<FailingCalls> calls = new AtomicReference<>();
    private SpdkPool pool;
    private SpdkEngine engine;
    private VolumeExports exports;

    @BeforeEach
    void open() throws Exception {
        NvmePerf.require();
        pool = DeviceKind.AIO.pool(directory, POOL_CLUSTERS).withExports(TestDevice.exportsTo(HOST));
        engine = SpdkEngine.open(pool, way -> {
            calls.set(new FailingCalls(way));
            return calls.get();
        });
        exports = engine.exports().orElseThrow();
        engine.create(VOLUME, (long) CLUSTERS * CLUSTER, Provisioning.THIN);
        engine.create(OTHER, (long) CLUSTERS * CLUSTER, Provisioning.THIN);
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    /** The volume has all its clusters and the pool has none left: a volume with a snapshot below it could not be written. */
    @ParameterizedTest
    @EnumSource
    void aSnapshotThatFailsLeavesItsVolumeAsWritableAsItWas(Moment moment) throws Exception {
        // Given
        int steps = stepsOfASnapshot();
        engine.inflate(VOLUME);
        long free = engine.usage().freeClusters();
        engine.create(VolumeName.of("ballast"), free * CLUSTER, Provisioning.THICK);
        Export export = exports.export(VOLUME);
        exports.export(OTHER);
        try (NvmePerf client = NvmePerf.randomWrites(directory.resolve("perf.log"), export, HOST)) {
            awaitWrites(client);
            for (int step = 1; step <= steps; step++) {
                // When
                calls.get().fail(step, moment);
                Throwable failure = catchThrowable(() -> engine.snapshot(VOLUME, SNAPSHOT));
                calls.get().fail(0, moment);

                // Then
                assertThat(failure).as("step %d of %d", step, steps).isInstanceOf(EngineException.class);
                assertThat(engine.find(SNAPSHOT)).as("step %d", step).isEmpty();
                assertThat(engine.allocated(VOLUME).count())
                        .as("clusters after step %d", step)
                        .isEqualTo(CLUSTERS);
            }
            awaitWrites(client);
            client.requireNoErrors();
        }
        reopened();
        assertThat(engine.find(VOLUME).flatMap(VolumeSummary::parent)).isEmpty();
        assertThat(engine.allocated(VOLUME).count()).isEqualTo(CLUSTERS);
    }

    private int stepsOfASnapshot() {
        calls.get().fail(0, Moment.BEFORE);
        engine.snapshot(VOLUME, SNAPSHOT);
        int steps = calls.get().count();
        engine.delete(SNAPSHOT);
        // What that has freed is cleared in the background: how much is free changes until then.
        Awaitility.await("cleared clusters")
                .atMost(Duration.ofMinutes(2))
                .until(() -> engine.usage().unclearedClusters() == 0);
        return steps;
    }

    /** As after a manifest that could not be written. */
    @Test
    void aSnapshotIsDeletedWhileClientsWrite() throws Exception {
        engine.inflate(VOLUME);
        long free = engine.usage().freeClusters();
        Export export = exports.export(VOLUME);
        exports.export(OTHER);
        try (NvmePerf client = NvmePerf.randomWrites(directory.resolve("perf.log"), export, HOST)) {
            awaitWrites(client);
            for (int round = 0; round < ROUNDS; round++) {
                engine.snapshot(VOLUME, SNAPSHOT);
                awaitNewClusters(client);

                engine.delete(SNAPSHOT);

                assertThat(engine.allocated(VOLUME).count()).isEqualTo(CLUSTERS);
                assertThat(engine.usage().unclearedClusters()).isZero();
                assertThat(engine.usage().freeClusters()).isEqualTo(free);
            }
            client.requireNoErrors();
        }
        requireNothingButZeroesFree();
    }

    @Test
    void aSnapshotIsDeletedOnAFullPoolWhileItsVolumeIsExported() {
        engine.inflate(VOLUME);
        exports.export(VOLUME);
        engine.snapshot(VOLUME, SNAPSHOT);
        long free = engine.usage().freeClusters();
        engine.create(VolumeName.of("ballast"), free * CLUSTER, Provisioning.THICK);

        engine.delete(SNAPSHOT);

        assertThat(engine.allocated(VOLUME).count()).isEqualTo(CLUSTERS);
        requireNothingButZeroesFree();
    }

    @Test
    void aSnapshotBelowAnotherIsDeletedWhileClientsWrite() throws Exception {
        engine.inflate(VOLUME);
        long free = engine.usage().freeClusters();
        Export export = exports.export(VOLUME);
        try (NvmePerf client = NvmePerf.randomWrites(directory.resolve("perf.log"), export, HOST)) {
            for (int round = 0; round < ROUNDS; round++) {
                engine.snapshot(VOLUME, SNAPSHOT);
                awaitNewClusters(client);
                engine.snapshot(VOLUME, NEWER);
                awaitNewClusters(client);
                long sum = SteadyCuts.sum(engine, NEWER);

                engine.delete(SNAPSHOT);

                assertThat(engine.find(NEWER).flatMap(VolumeSummary::parent)).isEmpty();
                assertThat(SteadyCuts.sum(engine, NEWER)).isEqualTo(sum);
                engine.delete(NEWER);
                assertThat(engine.usage().freeClusters()).isEqualTo(free);
            }
            client.requireNoErrors();
        }
        requireNothingButZeroesFree();
    }

    private void awaitWrites(NvmePerf client) {
        long before = SteadyCuts.sum(engine, VOLUME);
        Awaitility.await("writes").atMost(Duration.ofMinutes(2)).until(() -> {
            assertThat(client.isWriting())
                    .as("the client writes: %s", client.log())
                    .isTrue();
            return SteadyCuts.sum(engine, VOLUME) != before;
        });
    }

    private void awaitNewClusters(NvmePerf client) {
        Awaitility.await("writes")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    assertThat(client.isWriting())
                            .as("the client writes: %s", client.log())
                            .isTrue();
                    return engine.allocated(VOLUME).count() > 0;
                });
    }

    private void reopened() {
        engine.close();
        engine = SpdkEngine.open(pool);
    }

    private void requireNothingButZeroesFree() {
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.isMarked()).as("closed in good order").isTrue();
            raw.requireFreeClustersAreZero();
            raw.requireClustersAddUp();
        }
    }
}
