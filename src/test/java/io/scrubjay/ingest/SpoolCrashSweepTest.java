// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.MemoryPool;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call while a disk is written whose bytes are kept in a spool: the
 * next start leaves nothing of either.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SpoolCrashSweepTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final int CAPACITY_CLUSTERS = 4096;
    private static final int SHARE_WINDOWS = 3;

    private final ImageId id = ImageId.random();
    private int pools;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLeftInMemory(long seed) {
        sweep(CrashSweep.on(() -> MemoryPool.opener(CAPACITY_CLUSTERS)).device(StaleEngine::new), seed);
    }

    @Test
    void nothingIsLeftInFiles() {
        sweep(CrashSweep.on(this::newFiles), 4);
    }

    private PoolOpener newFiles() {
        Path pool = directory.resolve("pool-" + pools++);
        return () -> FileEngine.open(FilePool.at(pool).withClusterSize(CLUSTER));
    }

    private void sweep(CrashSweep sweep, long seed) {
        long calls = sweep.operation(engine -> write(engine, seed))
                .check(this::requireNothing)
                .run(seed);

        assertThat(calls).as("calls swept").isGreaterThan(5);
    }

    private void write(StorageEngine engine, long seed) {
        WindowPool windows =
                new WindowPool(WindowPool.windowBytesFor(engine.traits().clusterSize()), SHARE_WINDOWS);
        try {
            new SpooledDisk(engine, id, SparseBytes.of(seed, (2 << 20) + 12_345), new Random(seed), windows)
                    .make(Runnable::run);
        } finally {
            assertThat(windows.windowsInUse()).isZero();
        }
    }

    private void requireNothing(StorageEngine engine, CrashSweep.Ending ending) {
        if (ending.acknowledged()) {
            assertThat(engine.find(PoolName.spool(id))).as("the spool").isEmpty();
        }
        assertThat(new ManifestStore(engine).removeLeftovers().refused()).isEmpty();
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
    }
}
