// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

/** How many clusters are free is told rightly at every moment: also between two steps of who holds some for a while. */
@NeedsSpdk
@Timeout(240)
class HeldClustersTest {
    private static final int CLUSTERS = 40;
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    private static final Set<String> STEPS = Set.of("bdev_lvol_create", "bdev_lvol_delete");

    @TempDir
    Path directory;

    private final AtomicReference<WatchedCalls> calls = new AtomicReference<>();
    private final List<Long> told = new CopyOnWriteArrayList<>();
    private SpdkEngine engine;

    @BeforeEach
    void open() throws IOException {
        SpdkPool pool = DeviceKind.AIO.pool(directory, CLUSTERS).withExports(TestDevice.exportsTo(HOST));
        engine = SpdkEngine.open(pool, way -> {
            calls.set(new WatchedCalls(way));
            return calls.get();
        });
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** Another thread asks at each step, which goes on when that one has its answer, or is made to wait for one. */
    private void askAtEachStep() {
        calls.get().watch(method -> {
            if (STEPS.contains(method)) {
                CompletableFuture<Void> answered = new CompletableFuture<>();
                Thread asking = new Thread(() -> {
                    told.add(engine.usage().freeClusters());
                    answered.complete(null);
                });
                asking.start();
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> answered.isDone() || asking.getState() == Thread.State.BLOCKED);
            }
        });
    }

    private void awaitClean() {
        Awaitility.await("clearing")
                .atMost(Duration.ofMinutes(1))
                .until(() -> engine.usage().unclearedClusters() == 0);
    }

    private void write(int from, int clusters) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write((long) from * CLUSTER, AwaitedVolume.pattern(1, clusters * CLUSTER));
        }
    }

    @Test
    void duringTheCleaning() {
        engine.create(VOLUME, 4L * CLUSTER, Provisioning.THIN);
        write(0, 4);
        engine.snapshot(VOLUME, SNAPSHOT);
        write(0, 4);
        long used = 4;

        askAtEachStep();
        engine.delete(SNAPSHOT);
        awaitClean();
        calls.get().watch(method -> {});

        long free = engine.usage().freeClusters();
        assertThat(free).isEqualTo(engine.usage().totalClusters() - used);
        // Before the merge, or after it.
        assertThat(told).isNotEmpty().allMatch(answer -> answer == free - 4 || answer == free);
    }

    @Test
    void duringAMergeBesideExports() {
        engine.create(VOLUME, 4L * CLUSTER, Provisioning.THIN);
        write(0, 4);
        engine.snapshot(VOLUME, SNAPSHOT);
        write(0, 4);
        engine.exports().orElseThrow().export(VOLUME);

        askAtEachStep();
        engine.delete(SNAPSHOT);
        calls.get().watch(method -> {});

        long free = engine.usage().totalClusters() - 4;
        // The snapshot's are free when they are cleared, and a call that takes or frees them may be under way.
        assertThat(told).isNotEmpty().allMatch(answer -> answer == free - 4 || answer == free);
        assertThat(engine.usage().freeClusters()).isEqualTo(free);
    }
}
