// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.CrashSweep.Ending;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * INVARIANT I-3, I-5: whatever fails at whichever call, an image is then there with its whole manifest, or it is not
 * there and a restart leaves nothing of it; and what was acknowledged stays.
 */
class ManifestStoreSweepTest {
    private static final ImageId ID = Samples.ID;
    /** Of more than one piece of 1 MiB, so that writes can be lost one by one. */
    private static final Manifest MANIFEST = Samples.large(ID);
    /** Was there before, and has nothing to do with it. */
    private static final Manifest BYSTANDER = Samples.manifest(Samples.id(1), 12_345, new Random(18), 1);

    private static final VolumeName USER = VolumeName.of("data");

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 2L * Integer.getInteger("scrubjay.test.scale", 1));
    }

    private static CrashSweep sweep() {
        return CrashSweep.inMemory(1000).device(StaleEngine::new);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void committedImageIsWholeOrNothing(long seed) {
        long calls = sweep().prepare(engine -> {
                    prepare(engine);
                    new ManifestStore(engine).begin(ID);
                    snapshot(engine, ID);
                })
                .operation(engine -> {
                    new ManifestStore(engine).stage(MANIFEST);
                    new ManifestStore(engine).commit(ID);
                })
                .check((engine, ending) -> {
                    boolean exists = new ManifestStore(engine).isCommitted(ID);
                    assertThat(exists || !ending.acknowledged()).isTrue();
                    restart(engine);
                    assertImage(engine, exists, List.of());
                })
                .run(seed);

        // Grow, three pieces, flush, rename.
        assertThat(calls).isEqualTo(6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void abandonedCommitLeavesNothingWhileTheDeviceGoesOn(long seed) {
        sweep().prepare(ManifestStoreSweepTest::prepare)
                .operation(engine -> {
                    ManifestStore store = new ManifestStore(engine);
                    try {
                        store.stage(MANIFEST);
                        store.commit(ID);
                    } catch (RuntimeException failed) {
                        store.revoke(ID);
                        store.removeRest(ID);
                        throw failed;
                    }
                })
                .check((engine, ending) -> {
                    if (!ending.acknowledged() && deviceGoesOn(ending)) {
                        assertThat(names(engine)).containsExactlyElementsOf(prepared());
                    }
                })
                .run(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deletedImageIsWholeOrGone(long seed) {
        long calls = sweep().prepare(engine -> {
                    prepare(engine);
                    snapshot(engine, ID);
                    commit(engine, MANIFEST);
                    new ManifestStore(engine).quarantine(Samples.marker(ID));
                })
                .operation(engine -> {
                    ManifestStore store = new ManifestStore(engine);
                    store.delete(ID);
                    store.removeRest(ID);
                })
                .check((engine, ending) -> {
                    boolean exists = new ManifestStore(engine).isCommitted(ID);
                    assertThat(exists && ending.acknowledged()).isFalse();
                    restart(engine);
                    assertImage(engine, exists, List.of(Samples.marker(ID)));
                })
                .run(seed);

        // Rename, then the snapshot, the marker and the renamed manifest.
        assertThat(calls).isEqualTo(4);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void quarantinedImageHasItsWholeMarkerOrNone(long seed) {
        long calls = sweep().prepare(engine -> {
                    prepare(engine);
                    snapshot(engine, ID);
                    commit(engine, MANIFEST);
                })
                .operation(engine -> new ManifestStore(engine).quarantine(Samples.marker(ID)))
                .check((engine, ending) -> {
                    restart(engine);
                    List<Quarantine> quarantines = new ManifestStore(engine).quarantines();
                    assertThat(quarantines)
                            .isEqualTo(
                                    ending.acknowledged() || !quarantines.isEmpty()
                                            ? List.of(Samples.marker(ID))
                                            : List.of());
                    assertImage(engine, true, quarantines);
                })
                .run(seed);

        // Create, write, flush, rename; then write and flush behind the manifest.
        assertThat(calls).isEqualTo(6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void liftedQuarantineIsOverOrAsItWas(long seed) {
        sweep().prepare(engine -> {
                    prepare(engine);
                    snapshot(engine, ID);
                    commit(engine, MANIFEST);
                    new ManifestStore(engine).quarantine(Samples.marker(ID));
                })
                .operation(engine -> new ManifestStore(engine).lift(ID))
                .check((engine, ending) -> {
                    List<Quarantine> quarantines = new ManifestStore(engine).quarantines();
                    assertThat(quarantines.isEmpty() || !ending.acknowledged()).isTrue();
                    restart(engine);
                    assertImage(engine, true, quarantines.isEmpty() ? List.of() : List.of(Samples.marker(ID)));
                })
                .run(seed);
    }

    private static void prepare(StorageEngine engine) {
        snapshot(engine, BYSTANDER.id());
        commit(engine, BYSTANDER);
        engine.create(USER, 1, Provisioning.THIN);
    }

    private static List<VolumeName> prepared() {
        return Stream.of(USER, PoolName.snapshot(BYSTANDER.id()), PoolName.manifest(BYSTANDER.id()))
                .sorted()
                .toList();
    }

    private static void snapshot(StorageEngine engine, ImageId id) {
        engine.create(PoolName.head(id), 1, Provisioning.THIN);
        engine.seal(PoolName.head(id), PoolName.snapshot(id));
    }

    private static void commit(StorageEngine engine, Manifest manifest) {
        ManifestStore store = new ManifestStore(engine);
        store.stage(manifest);
        store.commit(manifest.id());
    }

    private static void restart(StorageEngine engine) {
        assertThat(new ManifestStore(engine).removeLeftovers().refused()).isEmpty();
    }

    /** After a restart: the image with all that belongs to it, or nothing of it; and the others as they were. */
    private static void assertImage(StorageEngine engine, boolean exists, List<Quarantine> quarantines) {
        ManifestStore store = new ManifestStore(engine);
        PoolInventory scan = store.scan();
        assertThat(scan.damaged()).isEmpty();
        assertThat(scan.withoutSnapshot()).isEmpty();
        assertThat(scan.leftovers()).isEmpty();
        assertThat(scan.others()).containsExactly(USER);
        assertThat(store.read(BYSTANDER.id())).isEqualTo(BYSTANDER);
        if (exists) {
            assertThat(store.read(ID)).isEqualTo(MANIFEST);
            assertThat(scan.quarantines()).isEqualTo(quarantines);
        } else {
            assertThat(names(engine)).containsExactlyElementsOf(prepared());
        }
    }

    private static boolean deviceGoesOn(Ending ending) {
        return switch (ending.fault()) {
            case POWER_LOST_BEFORE, POWER_LOST_AFTER -> false;
            case FAILED_BEFORE, FAILED_AFTER -> true;
        };
    }

    private static List<VolumeName> names(StorageEngine engine) {
        return engine.list().stream().map(VolumeSummary::name).toList();
    }
}
