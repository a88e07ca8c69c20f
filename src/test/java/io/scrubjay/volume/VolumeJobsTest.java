// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.SlowEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.FallingClock;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKind;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What may be done to a volume while a job on it is under way. */
class VolumeJobsTest {
    private static final int MIB = 1 << 20;

    private final SlowEngine engine = new SlowEngine(TestPool.open(new ClusterSize(64 << 10), 64L * MIB));
    private final VolumeKit kit = new VolumeKit(engine);

    @AfterEach
    void close() {
        engine.letGo();
        kit.close();
        engine.close();
    }

    /** Starts an inflate that does not end before the engine is let go. */
    private void startLongInflate(NamedVolume volume) {
        // The first call is to look for the volume.
        engine.holdBack(2);
        kit.jobs.start(volume, VolumeJob.Kind.INFLATE);
        Awaitility.await().until(engine::isHolding);
    }

    private static RefusedException refuses(Refusal refusal, ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.refusal()).isEqualTo(refusal);
        return refused;
    }

    private static void awaitFinished(NamedVolume volume) {
        Awaitility.await()
                .until(() -> volume.job()
                        .filter(VolumeJob.Finished.class::isInstance)
                        .isPresent());
    }

    @Test
    void whatWouldWaitForTheJobIsRefusedAtOnce() throws InterruptedException {
        NamedVolume volume = kit.thin("v", MIB);
        startLongInflate(volume);

        assertThat(refuses(Refusal.VOLUME_IN_USE, () -> kit.snapshot(volume, "monday")))
                .hasMessageContaining("inflate");
        assertThat(refuses(Refusal.VOLUME_IN_USE, () -> kit.volumes.grow(volume, 2L * MIB)))
                .hasMessageContaining("inflate");
        assertThat(refuses(Refusal.VOLUME_IN_USE, () -> kit.volumes.delete(volume)))
                .hasMessageContaining("inflate");
        assertThat(refuses(Refusal.VOLUME_IN_USE, () -> kit.jobs.start(volume, VolumeJob.Kind.DECOUPLE)))
                .hasMessageContaining("inflate");

        // Then nothing is left of what was refused, and after the job all of it can be done
        assertThat(kit.images.list(ImageKind.SNAPSHOT)).isEmpty();
        engine.letGo();
        awaitFinished(volume);
        assertThat(kit.snapshot(volume, "monday").name()).isEqualTo(VolumeKit.name("monday"));
        kit.volumes.grow(volume, 2L * MIB);
        kit.volumes.delete(volume);
    }

    @Test
    void nothingEndsBeforeItBeganWhileTheClockIsSetBack() {
        try (StorageEngine pool = TestPool.open(new ClusterSize(64 << 10), 64L * MIB);
                VolumeKit falling =
                        new VolumeKit(pool, ByteSize.parse("1G"), new FallingClock(Duration.ofDays(365 * 30)))) {
            NamedVolume volume = falling.thin("v", MIB);
            falling.jobs.start(volume, VolumeJob.Kind.INFLATE);
            awaitFinished(volume);
            Image snapshot = falling.snapshot(volume, "monday");

            assertThat(volume.job())
                    .hasValueSatisfying(
                            job -> assertThat(((VolumeJob.Ended) job).endedAt()).isEqualTo(job.startedAt()));
            ManifestHeader stored = falling.manifests.header(snapshot.id());
            assertThat(stored.sealedAt()).isEqualTo(stored.createdAt()).isEqualTo(snapshot.createdAt());
            assertThat(snapshot.createdAt()).isBefore(volume.createdAt().orElseThrow());
        }
    }

    @Test
    void theVolumeIsReadAndWrittenMeanwhile() {
        NamedVolume volume = kit.thin("v", MIB);
        startLongInflate(volume);

        kit.write(volume, 3, new byte[] {3});

        assertThat(kit.read(volume)[3]).isEqualTo((byte) 3);
    }

    @Test
    void snapshotsThatTheJobReadsThroughStayUntilItsEnd() throws InterruptedException {
        NamedVolume volume = kit.thin("v", MIB);
        Image first = kit.snapshot(volume, "first");
        Image second = kit.snapshot(volume, "second");
        startLongInflate(volume);

        for (Image snapshot : new Image[] {first, second}) {
            assertThat(refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot))
                            .children())
                    .containsExactly("v");
        }

        engine.letGo();
        awaitFinished(volume);
        kit.deletion.delete(first);
        kit.deletion.delete(second);
        assertThat(kit.images.list(ImageKind.SNAPSHOT)).isEmpty();
    }

    @Test
    void noJobBeginsWhileTheVolumeIsChanged() {
        NamedVolume volume = kit.thin("v", MIB);

        volume.changing(() -> refuses(Refusal.VOLUME_IN_USE, () -> kit.jobs.start(volume, VolumeJob.Kind.INFLATE)));

        assertThat(volume.job()).isEmpty();
    }
}
