// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LyingCacheEngine;
import io.scrubjay.engine.LyingCacheEngine.Lie;
import io.scrubjay.engine.OnceGarblingEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Snapshots, and what is recorded of volumes, over a medium that has something else than its cache shows. */
class SnapshotLyingCacheTest {
    private static final int MIB = 1 << 20;
    private static final ClusterSize CLUSTER_SIZE = new ClusterSize(64 << 10);
    private static final int WRITES_MAX = 100;

    private final byte[] bytes = new byte[3 * MIB];

    SnapshotLyingCacheTest() {
        new Random(7).nextBytes(bytes);
    }

    private static LyingCacheEngine engine() {
        return new LyingCacheEngine(TestPool.open(CLUSTER_SIZE, 64L * MIB));
    }

    /** Leaves of what the cache showed would condemn the snapshot at its first scrub, or hide what is on the medium. */
    @Test
    void theLeavesOfASnapshotAreOfWhatTheMediumHolds() {
        // What has rotted lies between the snapshot and the pool, which knows nothing of it.
        TestPool pool = TestPool.of(CLUSTER_SIZE, 64L * MIB).mayHold(Flaw.ROTTEN_IMAGE);
        try (LyingCacheEngine engine = new LyingCacheEngine(pool.open());
                VolumeKit kit = new VolumeKit(engine)) {
            NamedVolume volume = kit.thin("v", bytes.length);
            kit.write(volume, 0, bytes);
            engine.rot(volume.stored(), MIB + 5);
            byte[] medium = kit.medium(volume);
            assertThat(medium).isNotEqualTo(bytes);

            Image snapshot = kit.snapshot(volume, "s");

            assertThat(kit.manifest(snapshot).contentDigest()).isEqualTo(Reference.contentDigest(medium));
        }
    }

    private static boolean isSnapshot(VolumeName name) {
        return PoolName.parse(name)
                .filter(known -> known.kind() == PoolName.Kind.VOLUME_SNAPSHOT)
                .isPresent();
    }

    /** What one reading damages on its way from the medium must not become a leaf, which is for good. */
    @Test
    void aSnapshotThatIsReadDifferentlyTheFirstTimeIsNotTaken() {
        try (StorageEngine pool = TestPool.open(CLUSTER_SIZE, 64L * MIB);
                VolumeKit kit = new VolumeKit(new OnceGarblingEngine(pool, SnapshotLyingCacheTest::isSnapshot))) {
            NamedVolume volume = kit.thin("v", bytes.length);
            kit.write(volume, 0, bytes);

            Throwable thrown = catchThrowable(() -> kit.snapshot(volume, "garbled"));

            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
            assertThat(kit.images.list()).isEmpty();
            Image snapshot = kit.snapshot(volume, "whole");
            assertThat(kit.manifest(snapshot).contentDigest()).isEqualTo(Reference.contentDigest(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aManifestThatTheMediumHasOtherwiseIsNotCommitted(Lie lie) {
        for (int n = 1; n < WRITES_MAX; n++) {
            try (LyingCacheEngine engine = engine();
                    VolumeKit kit = new VolumeKit(engine)) {
                NamedVolume volume = kit.thin("v", bytes.length);
                kit.write(volume, 0, bytes);
                engine.lieAt(n, lie);
                try {
                    Image snapshot = kit.snapshot(volume, "s");
                    assertThat(kit.manifest(snapshot).contentDigest())
                            .as("write %d %s", n, lie)
                            .isEqualTo(Reference.contentDigest(bytes));
                } catch (RefusedException refused) {
                    assertThat(refused.refusal()).as("write %d %s", n, lie).isEqualTo(Refusal.NOT_PROVEN);
                    assertThat(kit.images.list()).isEmpty();
                }
                if (!engine.hasLied()) {
                    assertThat(n).as("writes of a snapshot").isGreaterThan(1);
                    return;
                }
            }
        }
        throw new AssertionError("a snapshot makes more than " + WRITES_MAX + " writes");
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aVolumeWhoseLabelTheMediumHasOtherwiseIsNotMade(Lie lie) {
        try (LyingCacheEngine engine = engine()) {
            try (VolumeKit kit = new VolumeKit(engine)) {
                engine.lieAt(1, lie);
                RefusedException refused = null;
                try {
                    kit.thin("v", MIB);
                } catch (RefusedException expected) {
                    refused = expected;
                }
                assertThat(engine.hasLied()).isTrue();
                assertThat(refused).isNotNull();
                assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN);
            }
            assertThat(engine.list()).isEmpty();
        }
    }

    /** Shows that the tests above can fail: whoever reads through the cache is told what was written. */
    @Test
    void theCacheShowsWhatWasWritten() {
        try (LyingCacheEngine engine = engine();
                VolumeKit kit = new VolumeKit(engine)) {
            NamedVolume volume = kit.thin("v", bytes.length);
            engine.lieAt(1, Lie.FLIPPED);

            kit.write(volume, 0, bytes);

            assertThat(engine.hasLied()).isTrue();
            assertThat(kit.read(volume)).isEqualTo(bytes);
            assertThat(Arrays.equals(kit.medium(volume), bytes)).isFalse();
        }
    }
}
