// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CrashingEngineTest extends StorageEngineContract {
    private long seedOfClose = 1;

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return MemoryPool.opener(capacityClusters, engine -> new CrashingEngine(engine, seedOfClose++));
    }

    /** What one volume holds after a crash with this seed, in a new pool on which these steps were done. */
    private byte[] afterCrash(long seed, Consumer<AwaitedVolume> steps) {
        MemoryMedium medium = MemoryPool.medium(CAPACITY_CLUSTERS);
        CrashingEngine crashing = new CrashingEngine(MemoryEngine.open(medium), 0);
        crashing.create(VolumeName.of("a"), 2L * clusterBytes(), Provisioning.THIN);
        steps.accept(AwaitedVolume.open(crashing, "a", Access.WRITE));
        crashing.crash(seed);
        try (StorageEngine engine = MemoryEngine.open(medium);
                AwaitedVolume volume = AwaitedVolume.open(engine, "a", Access.READ)) {
            return volume.readAll();
        }
    }

    @Test
    void unflushedWriteIsLostKeptOrTornInSectors() {
        byte[] bytes = cluster(1);
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 0; seed < 40; seed++) {
            byte[] left = afterCrash(seed, volume -> volume.write(0, bytes));

            int kept = 0;
            int sectors = clusterBytes() / ioBytes();
            for (int at = 0; at < clusterBytes(); at += ioBytes()) {
                byte[] sector = Arrays.copyOfRange(left, at, at + ioBytes());
                boolean isNew = Arrays.equals(sector, Arrays.copyOfRange(bytes, at, at + ioBytes()));
                assertThat(isNew || Arrays.equals(sector, new byte[ioBytes()]))
                        .as("seed %d: the sector at %d is old or new", seed, at)
                        .isTrue();
                kept += isNew ? 1 : 0;
            }
            outcomes.add(kept == 0 ? "lost" : kept == sectors ? "kept" : "torn");
        }
        assertThat(outcomes).containsExactly("kept", "lost", "torn");
    }

    @Test
    void flushedWriteSurvivesEveryCrash() {
        for (long seed = 0; seed < 40; seed++) {
            byte[] left = afterCrash(seed, volume -> volume.write(0, cluster(1)).flush());

            assertThat(left).as("seed %d", seed).startsWith(cluster(1));
        }
    }

    @Test
    void crashGoesBackToTheLastFlushedBytesAndNoFurther() {
        Set<Integer> found = new HashSet<>();
        for (long seed = 0; seed < 60; seed++) {
            byte[] left = afterCrash(
                    seed,
                    volume -> volume.write(0, cluster(1))
                            .write(0, cluster(2))
                            .flush()
                            .write(0, cluster(3))
                            .write(0, cluster(4)));

            for (int version = 0; version <= 4; version++) {
                if (left[0] == (version == 0 ? 0 : cluster(version)[0])) {
                    found.add(version);
                }
            }
        }
        assertThat(found).containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    void unflushedUnmapAndZeroesMayComeUndone() {
        Set<Boolean> zero = new HashSet<>();
        Set<Boolean> unmapped = new HashSet<>();
        for (long seed = 0; seed < 40; seed++) {
            byte[] left = afterCrash(
                    seed,
                    volume -> volume.write(0, joined(cluster(1), cluster(2)))
                            .flush()
                            .writeZeroes(0, ioBytes())
                            .unmap(clusterBytes(), clusterBytes()));

            zero.add(left[0] == 0);
            unmapped.add(left[clusterBytes()] == 0);
        }
        assertThat(zero).containsExactlyInAnyOrder(true, false);
        assertThat(unmapped).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void sameSeedLeavesTheSame() {
        assertThat(afterCrash(7, volume -> volume.write(0, cluster(1)).write(clusterBytes(), cluster(2))))
                .isEqualTo(afterCrash(7, volume -> volume.write(0, cluster(1)).write(clusterBytes(), cluster(2))));
    }

    @Test
    void nothingWorksAfterACrash() {
        thin("a", 1);
        AwaitedVolume open = AwaitedVolume.open(engine(), "a", Access.WRITE);

        ((CrashingEngine) engine()).crash(1);

        assertThatThrownBy(engine()::list).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> thin("b", 1)).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> open.read(0, ioBytes())).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> open.write(0, cluster(1))).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(open::flush).isInstanceOf(DeviceFailed.class);
        open.close();
        reopen();
        assertThat(engine().list()).hasSize(1);
    }

    @Test
    void deletedVolumeLeavesNothingToUndo() {
        thin("a", 1);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            volume.write(0, cluster(1));
        }
        engine().delete(VolumeName.of("a"));
        thin("a", 1);

        reopen();

        assertThat(content("a")).isEqualTo(new byte[clusterBytes()]);
    }
}
