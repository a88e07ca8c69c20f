// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call of a change to volumes: afterwards it is done or not, never half,
 * and what was answered holds. What holds I-3 and I-5 for volumes and snapshots.
 */
class VolumeCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 1024;
    private static final int SIZE = 1 << 20;
    /** How often each sweep is done, with another seed each time. */
    private static final int ROUNDS = Integer.getInteger("scrubjay.test.scale", 1);

    private static final byte[] BYTES = bytes();

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE / 2];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    /** What a pool may be found with after a restart. */
    @FunctionalInterface
    private interface Expectation {
        void check(VolumeKit kit, boolean acknowledged) throws Exception;
    }

    private static void sweep(
            long seed, CrashSweep.Step prepare, CrashSweep.Step operation, long callsMin, Expectation expected)
            throws Exception {
        sweep(
                CrashSweep.inMemory(CAPACITY_CLUSTERS).device(StaleEngine::new),
                seed,
                prepare,
                operation,
                callsMin,
                expected);
    }

    private static void sweep(
            CrashSweep sweep,
            long seed,
            CrashSweep.Step prepare,
            CrashSweep.Step operation,
            long callsMin,
            Expectation expected)
            throws Exception {
        CrashSweep whole = sweep.prepare(prepare).operation(operation).check((engine, ending) -> {
            try (VolumeKit kit = new VolumeKit(engine)) {
                assertThat(kit.manifests.scan().leftovers()).isEmpty();
                assertThat(kit.manifests.scan().damaged()).isEmpty();
                assertThat(kit.manifests.scan().withoutSnapshot()).isEmpty();
                expected.check(kit, ending.acknowledged());
                requireOnlyWhatExists(kit);
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(whole.run(seed + 1000L * round)).as("calls swept").isGreaterThanOrEqualTo(callsMin);
        }
    }

    private static void with(StorageEngine engine, Use use) throws Exception {
        try (VolumeKit kit = new VolumeKit(engine)) {
            use.with(kit);
        }
    }

    @FunctionalInterface
    private interface Use {
        void with(VolumeKit kit) throws Exception;
    }

    /** The pool holds the volumes of what exists and not one more. */
    private static void requireOnlyWhatExists(VolumeKit kit) {
        TreeSet<VolumeName> expected = new TreeSet<>(Comparator.comparing(VolumeName::value));
        for (VolumeReport report : kit.volumes.list()) {
            assertThat(report.extent()).isPresent();
            expected.addAll(List.of(
                    PoolName.volume(report.volume().id()),
                    PoolName.label(report.volume().id())));
        }
        for (Image image : kit.images.committed()) {
            expected.addAll(List.of(image.volume(), PoolName.manifest(image.id())));
        }
        assertThat(kit.engine.list()).extracting(summary -> summary.name()).containsExactlyElementsOf(expected);
    }

    private static Optional<NamedVolume> volume(VolumeKit kit, String name) {
        return kit.volumes.list().stream()
                .map(VolumeReport::volume)
                .filter(volume -> volume.name().value().equals(name))
                .findAny();
    }

    private static Optional<Image> snapshot(VolumeKit kit, String name) {
        return kit.images.find(ImageKey.ofSnapshot(VolumeKit.name(name)));
    }

    private static void prepareFilled(StorageEngine engine) throws Exception {
        with(engine, kit -> kit.write(kit.thin("v", SIZE), 0, BYTES));
    }

    /** AssertJ's own looks at one byte after the other, which would take most of the test's time. */
    private static void requireBegins(byte[] bytes) {
        assertThat(Arrays.copyOf(bytes, BYTES.length)).isEqualTo(BYTES);
    }

    private static void requireFilled(VolumeKit kit) {
        requireBegins(kit.read(volume(kit, "v").orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void aVolumeIsMadeOrNot(long seed) throws Exception {
        sweep(
                seed,
                VolumeCrashSweepTest::prepareFilled,
                engine -> with(engine, kit -> kit.thin("new", SIZE)),
                4,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    if (acknowledged) {
                        assertThat(volume(kit, "new")).isPresent();
                    }
                    volume(kit, "new")
                            .ifPresent(made -> assertThat(kit.read(made)).isEqualTo(new byte[SIZE]));
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 3)
    void aCloneIsMadeOrNotAndItsImageStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> kit.image("image", BYTES)),
                engine -> with(engine, kit -> kit.cloneOf("clone", kit.images.get(VolumeKit.name("image")))),
                4,
                (kit, acknowledged) -> {
                    assertThat(kit.read(kit.images.get(VolumeKit.name("image"))))
                            .isEqualTo(BYTES);
                    if (acknowledged) {
                        assertThat(volume(kit, "clone")).isPresent();
                    }
                    volume(kit, "clone")
                            .ifPresent(clone -> assertThat(kit.read(clone)).isEqualTo(BYTES));
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 5)
    void aSnapshotIsTakenOrNotAndItsVolumeStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    prepareFilled(engine);
                    kit.volumes.restore();
                    kit.snapshot(volume(kit, "v").orElseThrow(), "before");
                }),
                engine -> with(engine, kit -> kit.snapshot(volume(kit, "v").orElseThrow(), "s")),
                4,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    requireBegins(kit.read(snapshot(kit, "before").orElseThrow()));
                    if (acknowledged) {
                        assertThat(snapshot(kit, "s")).isPresent();
                    }
                    snapshot(kit, "s").ifPresent(taken -> requireBegins(kit.read(taken)));
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 7)
    void aVolumeIsDeletedOrNotAndItsSnapshotStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    NamedVolume volume = kit.thin("v", SIZE);
                    kit.write(volume, 0, BYTES);
                    kit.snapshot(volume, "s");
                }),
                engine ->
                        with(engine, kit -> kit.volumes.delete(volume(kit, "v").orElseThrow())),
                2,
                (kit, acknowledged) -> {
                    requireBegins(kit.read(snapshot(kit, "s").orElseThrow()));
                    if (acknowledged) {
                        assertThat(volume(kit, "v")).isEmpty();
                    }
                    volume(kit, "v").ifPresent(left -> requireFilled(kit));
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 9)
    void aSnapshotIsDeletedOrNotAndItsVolumeStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    NamedVolume volume = kit.thin("v", SIZE);
                    kit.write(volume, 0, BYTES);
                    kit.snapshot(volume, "s");
                }),
                engine -> with(
                        engine, kit -> kit.deletion.delete(snapshot(kit, "s").orElseThrow())),
                2,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    if (acknowledged) {
                        assertThat(snapshot(kit, "s")).isEmpty();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 17)
    void anImageIsMadeOfAVolumeOrNotAndTheVolumeStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    prepareFilled(engine);
                    kit.volumes.restore();
                    kit.snapshot(volume(kit, "v").orElseThrow(), "before");
                }),
                engine -> with(engine, kit -> made(kit.imageOf(volume(kit, "v").orElseThrow(), "i"))),
                5,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    requireBegins(kit.read(snapshot(kit, "before").orElseThrow()));
                    requireImage(kit, acknowledged);
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 19)
    void anImageIsMadeOfASnapshotOrNotAndTheSnapshotStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    prepareFilled(engine);
                    kit.volumes.restore();
                    kit.snapshot(volume(kit, "v").orElseThrow(), "s");
                }),
                engine ->
                        with(engine, kit -> made(kit.imageOf(snapshot(kit, "s").orElseThrow(), "i"))),
                6,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    requireBegins(kit.read(snapshot(kit, "s").orElseThrow()));
                    requireImage(kit, acknowledged);
                });
    }

    @ParameterizedTest
    @ValueSource(longs = 21)
    void anImageOfAVolumeIsDeletedOrNotAndTheVolumeStays(long seed) throws Exception {
        sweep(
                seed,
                engine -> with(engine, kit -> {
                    NamedVolume volume = kit.thin("v", SIZE);
                    kit.write(volume, 0, BYTES);
                    made(kit.imageOf(volume, "i"));
                }),
                engine -> with(engine, kit -> kit.deletion.delete(kit.images.get(VolumeKit.name("i")))),
                2,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    if (acknowledged) {
                        assertThat(kit.images.list()).isEmpty();
                    }
                });
    }

    /** Its state tells that it is done; while the device does not answer, it goes on telling that it is not. */
    private static void made(Image image) {
        if (!(image.state() instanceof ImageState.Ready)) {
            throw new RefusedException(
                    Refusal.DEVICE_FAILED, image + " is " + image.state().wireName());
        }
    }

    private static void requireImage(VolumeKit kit, boolean acknowledged) {
        Optional<Image> image = kit.images.find(VolumeKit.name("i"));
        if (acknowledged) {
            assertThat(image).isPresent();
        }
        image.ifPresent(made -> requireBegins(kit.read(made)));
    }

    @ParameterizedTest
    @ValueSource(longs = 11)
    void aVolumeGrowsOrNot(long seed) throws Exception {
        sweep(
                seed,
                VolumeCrashSweepTest::prepareFilled,
                engine -> with(engine, kit -> kit.volumes.grow(volume(kit, "v").orElseThrow(), 2L * SIZE)),
                1,
                (kit, acknowledged) -> {
                    requireFilled(kit);
                    assertThat(kit.extent(volume(kit, "v").orElseThrow()).sizeBytes())
                            .isIn(acknowledged ? List.of(2L * SIZE) : List.of((long) SIZE, 2L * SIZE));
                });
    }

    /** Over clusters that are held already: also on a device that hands out old bytes. */
    @ParameterizedTest
    @ValueSource(longs = 13)
    void aWriteOverHeldClustersHoldsAndHarmsNoByteBesideIt(long seed) throws Exception {
        CrashSweep sweep = CrashSweep.inMemory(CAPACITY_CLUSTERS).device(StaleEngine::new);
        requireWriteHarmsNothingBesideIt(sweep, seed, 20_003);
    }

    /** What a torn first touch shows is the device's affair: this one hands out zeroes. */
    @ParameterizedTest
    @ValueSource(longs = 15)
    void aWriteWithAFirstTouchHoldsAndHarmsNoByteBesideIt(long seed) throws Exception {
        requireWriteHarmsNothingBesideIt(CrashSweep.inMemory(CAPACITY_CLUSTERS), seed, BYTES.length - 20_003);
    }

    private static void requireWriteHarmsNothingBesideIt(CrashSweep sweep, long seed, int offset) throws Exception {
        byte[] more = new byte[70_001];
        new Random(seed).nextBytes(more);
        byte[] before = Arrays.copyOf(BYTES, SIZE);
        sweep(
                sweep,
                seed,
                VolumeCrashSweepTest::prepareFilled,
                engine -> with(engine, kit -> kit.write(volume(kit, "v").orElseThrow(), offset, more)),
                2,
                (kit, acknowledged) -> {
                    byte[] found = kit.read(volume(kit, "v").orElseThrow());
                    int end = offset + more.length;
                    assertThat(Arrays.copyOf(found, offset)).isEqualTo(Arrays.copyOf(before, offset));
                    assertThat(Arrays.copyOfRange(found, end, SIZE)).isEqualTo(Arrays.copyOfRange(before, end, SIZE));
                    if (acknowledged) {
                        assertThat(Arrays.copyOfRange(found, offset, end)).isEqualTo(more);
                    }
                });
    }
}
