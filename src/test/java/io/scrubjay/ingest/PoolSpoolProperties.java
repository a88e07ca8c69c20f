// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.IntRange;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;

/** A disk whose bytes were kept in a spool is the same, and leaves nothing of the spool; even with a single window. */
@PropertyDefaults(tries = 40)
class PoolSpoolProperties {
    private static final long CAPACITY_BYTES = 96L << 20;

    @Property
    void diskThatWasKeptIsTheSame(
            @ForAll long seed,
            @ForAll @IntRange(min = 12, max = 22) int clusterBits,
            @ForAll @IntRange(min = 1, max = 5) int shareWindows) {
        // Given
        Random random = new Random(seed);
        ClusterSize clusterSize = new ClusterSize(1 << clusterBits);
        WindowPool windows = new WindowPool(WindowPool.windowBytesFor(clusterSize), shareWindows);
        byte[] bytes = SparseBytes.of(seed, 1 + random.nextInt(Math.max(5 << 20, 3 * windows.windowBytes())));
        ExecutorService workers = Executors.newFixedThreadPool(2);
        ImageId id = ImageId.random();
        try (StorageEngine engine = TestPool.open(clusterSize, CAPACITY_BYTES)) {
            SpooledDisk disk = new SpooledDisk(engine, id, bytes, random, windows);

            // When
            ChunkAssembler.Disk made = disk.make(workers);

            // Then
            new ExpectedDisk(bytes).requireIn(engine, id, made);
            assertThat(disk.keptBytes()).isBetween(0L, (long) bytes.length);
            assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(PoolName.head(id));
            assertThat(windows.windowsInUse()).isZero();
        } finally {
            workers.shutdown();
        }
    }
}
