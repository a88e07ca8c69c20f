// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageLeases;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What an export keeps from happening, and when it ends. */
class ExportsTest {
    private final StorageEngine memory = TestPool.open(ClusterSize.parse("64K"), 32L << 20);
    private final PretendedExports pretended = new PretendedExports(memory);
    private final StorageEngine engine = pretended.exporting();
    private final VolumeKit kit = new VolumeKit(engine);
    private final Exports exports = new Exports(engine);

    @AfterEach
    void close() {
        exports.close();
        kit.close();
        memory.close();
    }

    @Test
    void anExportedVolumeIsNotDeleted() throws InterruptedException {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        exports.export(volume);

        assertRefused(Refusal.VOLUME_IN_USE, () -> kit.volumes.delete(volume));

        exports.end(volume);
        kit.volumes.delete(volume);
        assertThat(kit.volumes.list()).isEmpty();
    }

    @Test
    void anImageSaysThatItIsExportedAndForHowLong() {
        Image image = kit.image("image", new byte[] {1, 2, 3});
        assertThat(exports.find(image)).isEmpty();

        Export export = exports.export(image);

        assertThat(exports.find(image)).contains(export);
        exports.end(image);
        assertThat(exports.find(image)).isEmpty();
    }

    @Test
    void aKeyFileThatIsNoLongerAsItShouldBeIsARefusal() {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        pretended.failWith(
                new EngineException.PoolUnusable("the key can be used by others", "chmod", Optional.empty()));

        assertRefused(Refusal.EXPORT_UNSUPPORTED, () -> exports.export(volume));

        pretended.heal();
        exports.export(volume);
    }

    @Test
    void askedAgainTheAnswerIsTheSameAndOneEndIsEnough() throws InterruptedException {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        Export first = exports.export(volume);

        assertThat(exports.export(volume)).isEqualTo(first);

        assertThat(exports.find(volume)).contains(first);
        exports.end(volume);
        assertThat(exports.find(volume)).isEmpty();
        kit.volumes.delete(volume);
    }

    @Test
    void anExportThatFailsKeepsNothingInUse() throws InterruptedException {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        pretended.failWith(new EngineException.DeviceFailed("export", 5));

        assertRefused(Refusal.DEVICE_FAILED, () -> exports.export(volume));

        kit.volumes.delete(volume);
        assertThat(kit.volumes.list()).isEmpty();
    }

    @Test
    void nobodyKeepsALeaseOfWhatCouldNotBeExported() {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        Image image = snapshot();
        List<EngineException> failures = List.of(
                new EngineException.DeviceFailed("export", FlakyEngine.EIO),
                new EngineException.DeviceStalled("export", Duration.ofSeconds(10)),
                new EngineException.PoolUnusable("the key can be used by others", "chmod", Optional.empty()),
                new EngineException.VolumeInUse(volume.stored(), List.of()));
        for (EngineException failure : failures) {
            pretended.failWith(failure);

            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> exports.export(volume));
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> exports.export(image));

            assertThat(VolumeLeases.count(volume)).as(failure.getMessage()).isZero();
            assertThat(ImageLeases.count(image)).as(failure.getMessage()).isZero();
            assertThat(exports.find(image)).as(failure.getMessage()).isEmpty();
        }
    }

    @Test
    void whatIsExportedHasOneLeaseUntilItsEnd() {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        Image image = snapshot();
        exports.export(volume);
        exports.export(volume);
        exports.export(image);
        exports.export(image);
        assertThat(VolumeLeases.count(volume)).isEqualTo(1);
        assertThat(ImageLeases.count(image)).isEqualTo(1);

        exports.end(volume);
        exports.end(image);

        assertThat(VolumeLeases.count(volume)).isZero();
        assertThat(ImageLeases.count(image)).isZero();
    }

    @Test
    void anExportThatCannotBeEndedStaysInUseUntilItCan() throws InterruptedException {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        exports.export(volume);
        pretended.failWith(new EngineException.DeviceFailed("end", 5));

        assertRefused(Refusal.DEVICE_FAILED, () -> exports.end(volume));

        assertRefused(Refusal.VOLUME_IN_USE, () -> kit.volumes.delete(volume));
        pretended.heal();
        exports.end(volume);
        kit.volumes.delete(volume);
        assertThat(kit.volumes.list()).isEmpty();
    }

    @Test
    void whileFreeClustersAreBeingClearedTheSenderIsToComeAgain() {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        pretended.failWith(new EngineException.DeviceStalled("clearing", Duration.ofSeconds(10)));

        assertRefused(Refusal.BUSY, () -> exports.export(volume));
    }

    @Test
    void aVolumeThatSomebodyWritesIsInUse() {
        NamedVolume volume = kit.thin("volume", 1 << 20);
        pretended.failWith(new EngineException.VolumeInUse(volume.stored(), List.of()));

        assertRefused(Refusal.VOLUME_IN_USE, () -> exports.export(volume));
    }

    @Test
    void aSnapshotIsExportedForReadingAndIsNotDeleted() throws InterruptedException {
        Image snapshot = snapshot();

        assertThat(exports.export(snapshot).access()).isEqualTo(Access.READ);

        assertRefused(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot));
        exports.end(snapshot);
        kit.deletion.delete(snapshot);
        assertThat(kit.images.find(snapshot.key())).isEmpty();
    }

    @Test
    void quarantineEndsAnExport() {
        Image snapshot = snapshot();
        exports.export(snapshot);

        quarantine(snapshot);

        assertThat(pretended.count()).isZero();
        assertRefused(Refusal.IMAGE_QUARANTINED, () -> exports.export(snapshot));
    }

    @Test
    void exportOfAQuarantinedImageThatCannotBeEndedIsTriedUntilItHasEnded() {
        // Given
        Image snapshot = snapshot();
        exports.export(snapshot);
        pretended.failWith(new EngineException.DeviceFailed("end the export", FlakyEngine.EIO));
        quarantine(snapshot);
        assertThat(exports.quarantinedCount()).isEqualTo(1);
        assertThat(pretended.count()).isEqualTo(1);

        // When
        pretended.heal();

        // Then
        await().atMost(Duration.ofMinutes(1)).until(() -> exports.quarantinedCount() == 0);
        assertThat(pretended.count()).isZero();
    }

    @Test
    void exportOfAQuarantinedImageThatSomebodyElseEndsIsNoLongerCounted() {
        Image snapshot = snapshot();
        exports.export(snapshot);
        pretended.failWith(new EngineException.DeviceFailed("end the export", FlakyEngine.EIO));
        quarantine(snapshot);
        pretended.heal();

        exports.end(snapshot);

        assertThat(exports.quarantinedCount()).isZero();
    }

    @Test
    void quarantineAfterTheEndChangesNothing() {
        Image snapshot = snapshot();
        exports.export(snapshot);
        exports.end(snapshot);

        quarantine(snapshot);

        assertThat(pretended.count()).isZero();
    }

    @Test
    void closingEndsAllExports() {
        exports.export(kit.thin("one", 1 << 20));
        exports.export(snapshot());

        exports.close();

        assertThat(pretended.count()).isZero();
    }

    private Image snapshot() {
        return kit.snapshots.take(kit.thin("source", 1 << 20), VolumeKit.name("snapshot"));
    }

    private static void quarantine(Image image) {
        image.move(
                ImageState.Ready.class,
                ready -> ready.quarantined("mismatch", "a chunk differs", Instant.parse("2026-06-01T12:00:00Z")));
    }

    private static void assertRefused(Refusal refusal, ThrowingCallable call) {
        assertThat(catchThrowableOfType(RefusedException.class, call).refusal()).isEqualTo(refusal);
    }
}
