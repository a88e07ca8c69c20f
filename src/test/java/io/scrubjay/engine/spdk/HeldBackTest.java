// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.PoolUsage;
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
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a deletion cannot give back is shown, and given back as soon as that is possible: not only by the next start. */
@NeedsSpdk
@Timeout(240)
class HeldBackTest {
    private static final int CLUSTERS = 40;
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int SIZE = 4;
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");

    @TempDir
    Path directory;

    private final AtomicReference<WatchedCalls> calls = new AtomicReference<>();
    private SpdkPool pool;
    private SpdkEngine engine;
    private long free;

    @BeforeEach
    void open() throws IOException {
        pool = DeviceKind.AIO.pool(directory, CLUSTERS).withExports(TestDevice.exportsTo(HOST));
        engine = SpdkEngine.open(pool, way -> {
            calls.set(new WatchedCalls(way));
            return calls.get();
        });
        free = engine.usage().freeClusters();
        engine.create(VOLUME, (long) SIZE * CLUSTER, Provisioning.THIN);
        write();
    }

    @AfterEach
    void everythingFreeIsZero() {
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.isMarked()).as("closed in good order").isTrue();
            raw.requireFreeClustersAreZero();
            raw.requireClustersAddUp();
        }
    }

    private void write() {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(1, SIZE * CLUSTER));
        }
    }

    private void refuseDeletions() {
        calls.get().watch(method -> {
            if (method.equals("bdev_lvol_delete")) {
                throw new DeviceFailed(method, Errno.EIO);
            }
        });
    }

    private void requireHeldBack(long clusters, long freeClusters, long usedClusters) {
        // While they are tried again, that is the reason.
        Awaitility.await("the reason")
                .atMost(Duration.ofMinutes(1))
                .until(() -> engine.usage().heldBack().stream()
                        .map(HeldBack::reason)
                        .allMatch(reason -> reason.contains("tries again")));
        PoolUsage usage = engine.usage();
        assertThat(usage.heldBackClusters()).isEqualTo(clusters);
        assertThat(usage.freeClusters()).isEqualTo(freeClusters);
        assertThat(usage.usedBytes()).isEqualTo(usedClusters * CLUSTER);
    }

    private void awaitNothingHeldBack(long freeClusters) {
        calls.get().watch(method -> {});
        Awaitility.await("given back")
                .atMost(Duration.ofMinutes(2))
                .until(() -> engine.usage().heldBack().isEmpty());
        assertThat(engine.usage().freeClusters()).isEqualTo(freeClusters);
    }

    @Test
    void clustersOfAVolumeWhoseDeletionFails() {
        refuseDeletions();

        assertThatThrownBy(() -> engine.delete(VOLUME)).isInstanceOf(DeviceFailed.class);

        assertThat(engine.find(VOLUME)).isEmpty();
        requireHeldBack(SIZE, free - SIZE, 0);
        awaitNothingHeldBack(free);
    }

    @Test
    void clustersThatAMergeBesideExportsHasFreed() {
        engine.snapshot(VOLUME, SNAPSHOT);
        write();
        engine.exports().orElseThrow().export(VOLUME);
        int[] deletions = {0};
        calls.get().watch(method -> {
            // Told before and after: the first is the merge, the second gives back what was free.
            if (method.equals("bdev_lvol_delete") && ++deletions[0] > 4) {
                throw new DeviceFailed(method, Errno.EIO);
            }
        });

        engine.delete(SNAPSHOT);

        assertThat(engine.find(SNAPSHOT)).isEmpty();
        requireHeldBack(SIZE, free - 2 * SIZE, SIZE);
        awaitNothingHeldBack(free - SIZE);
    }

    @Test
    void freeClustersThatAMergeBesideExportsCannotGiveBackAreGivenBackLater() {
        engine.snapshot(VOLUME, SNAPSHOT);
        write();
        engine.exports().orElseThrow().export(VOLUME);
        int[] deletions = {0};
        calls.get().watch(method -> {
            if (method.equals("bdev_lvol_delete") && ++deletions[0] > 2) {
                throw new DeviceFailed(method, Errno.EIO);
            }
        });

        engine.delete(SNAPSHOT);

        // Those that were free before, and those that the merge has freed.
        requireHeldBack(free - SIZE, 0, SIZE);
        awaitNothingHeldBack(free - SIZE);
    }
}
