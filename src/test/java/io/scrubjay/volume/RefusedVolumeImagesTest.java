// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.AlteringEngine;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.OnceGarblingEngine;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Images that are not made from volumes and snapshots: nothing of them remains. */
class RefusedVolumeImagesTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;

    private final FlakyEngine flaky = new FlakyEngine(TestPool.open(new ClusterSize(CLUSTER), 64L * MIB));
    private final VolumeKit kit = new VolumeKit(flaky);

    @AfterEach
    void close() {
        kit.close();
        flaky.close();
    }

    private static RefusedException refuses(Refusal refusal, ThrowingCallable call) {
        RefusedException refused = (RefusedException) catchThrowable(call);
        assertThat(refused.refusal()).isEqualTo(refusal);
        return refused;
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private NamedVolume filled(String name) {
        NamedVolume volume = kit.thin(name, 4L * MIB);
        kit.write(volume, 0, random(1, 4 * MIB));
        return volume;
    }

    private List<VolumeName> stored() {
        return flaky.list().stream().map(VolumeSummary::name).toList();
    }

    private void requireFailed(Image image, Refusal why, String text) {
        assertThat(image.state()).isInstanceOfSatisfying(ImageState.Failed.class, failed -> {
            assertThat(failed.refusal()).isEqualTo(why);
            assertThat(failed.message()).contains(text);
        });
    }

    private static boolean isImage(VolumeName name) {
        return PoolName.parse(name)
                .filter(known -> known.kind() == PoolName.Kind.SNAPSHOT)
                .isPresent();
    }

    /** On a medium on which a byte of chunk 1 has rotted, where every image has it from a parent. */
    private VolumeKit onRottenMedium() {
        return new VolumeKit(new AlteringEngine(flaky, RefusedVolumeImagesTest::isImage, MIB + 9));
    }

    @Test
    void rotInTheParentOfAVolumeBecomesNoImage() {
        try (VolumeKit rotten = onRottenMedium()) {
            NamedVolume volume = rotten.thin("v", 4L * MIB);
            rotten.write(volume, 0, random(1, 4 * MIB));
            rotten.snapshot(volume, "parent");
            List<VolumeName> before = stored();

            Image image = rotten.imageOf(volume, "i");

            requireFailed(image, Refusal.NOT_PROVEN, "the checksums of volume v, first in chunk 1");
            assertThat(stored()).isEqualTo(before);
        }
    }

    /** It has no checksums yet, so those of its own parent are what the next image has to have. */
    @Test
    void rotBelowAnUnfinishedImageOfTheVolumeBecomesNoImage() {
        try (VolumeKit rotten = onRottenMedium()) {
            NamedVolume volume = rotten.thin("v", 4L * MIB);
            rotten.write(volume, 0, random(1, 4 * MIB));
            rotten.snapshot(volume, "parent");
            Image unfinished = rotten.unfinished(volume, "unfinished");

            Image image = rotten.imageOf(volume, "i");

            requireFailed(image, Refusal.NOT_PROVEN, "the checksums of volume v, first in chunk 1");
            rotten.manifests.removeRest(unfinished.id());
        }
    }

    @Test
    void rotInASnapshotBecomesNoImageAndTheNameIsFree() {
        try (VolumeKit rotten = onRottenMedium()) {
            NamedVolume volume = rotten.thin("v", 4L * MIB);
            rotten.write(volume, 0, random(1, 4 * MIB));
            Image snapshot = rotten.snapshot(volume, "s");
            List<VolumeName> before = stored();

            Image image = rotten.imageOf(snapshot, "i");

            requireFailed(image, Refusal.NOT_PROVEN, "the checksums of snapshot s, first in chunk 1");
            assertThat(stored()).isEqualTo(before);
            NamedVolume small = rotten.thin("small", MIB);
            assertThat(rotten.imageOf(small, "i").state()).isInstanceOf(ImageState.Ready.class);
        }
    }

    /** What one reading damages on its way from the medium must not become a leaf, which is for good. */
    @Test
    void aVolumeThatIsReadDifferentlyTheFirstTimeBecomesNoImage() {
        try (VolumeKit garbling = new VolumeKit(new OnceGarblingEngine(flaky, RefusedVolumeImagesTest::isImage))) {
            NamedVolume volume = garbling.thin("v", 4L * MIB);
            garbling.write(volume, 0, random(1, 4 * MIB));

            Image image = garbling.imageOf(volume, "i");

            requireFailed(image, Refusal.NOT_PROVEN, "the checksums of volume v");
        }
    }

    @Test
    void aQuarantinedSnapshotIsRefused() {
        Image snapshot = kit.snapshot(filled("v"), "s");
        snapshot.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "one", Instant.EPOCH));
        long changes = flaky.changes();

        refuses(Refusal.IMAGE_QUARANTINED, () -> kit.imageOf(snapshot, "i"));

        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
        assertThat(kit.images.list()).isEmpty();
    }

    @Test
    void aVolumeWithARunningJobIsRefused() {
        NamedVolume volume = filled("v");
        long changes = flaky.changes();
        volume.begin(new VolumeJob.Running(VolumeJob.Kind.INFLATE, Instant.EPOCH));

        RefusedException refused = refuses(Refusal.VOLUME_IN_USE, () -> kit.imageOf(volume, "i"));

        assertThat(refused).hasMessageContaining("inflate");
        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
        assertThat(kit.images.list()).isEmpty();
        volume.forgetJob();
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeThePoolChanges() {
        NamedVolume volume = filled("v");
        kit.imageOf(volume, "i");
        long changes = flaky.changes();

        refuses(Refusal.IMAGE_EXISTS, () -> kit.imageOf(volume, "i"));

        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
    }

    @Test
    void anImageWhoseManifestHasNoRoomIsNotBegun() {
        NamedVolume volume = filled("v");
        long freeBytes = flaky.usage().freeClusters() * CLUSTER;
        kit.volumes.create(VolumeKit.name("ballast"), freeBytes - CLUSTER, Provisioning.THICK);
        long changes = flaky.changes();

        refuses(Refusal.POOL_FULL, () -> kit.imageOf(volume, "i"));

        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
        assertThat(kit.images.list()).isEmpty();
    }

    @Test
    void anImageOfOtherContentThanExpectedFailsAndNamesBothDigests() {
        NamedVolume volume = filled("v");
        Digest other = Reference.contentDigest(new byte[4 * MIB]);
        List<VolumeName> before = stored();

        Image image = kit.ended(kit.volumeImages.begin(VolumeKit.name("i"), volume, Optional.of(other)));

        requireFailed(image, Refusal.DIGEST_MISMATCH, other.toString());
        requireFailed(
                image,
                Refusal.DIGEST_MISMATCH,
                Reference.contentDigest(random(1, 4 * MIB)).toString());
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void anImageOfTheExpectedContentIsReady() {
        NamedVolume volume = filled("v");
        Digest expected = Reference.contentDigest(random(1, 4 * MIB));

        Image image = kit.ended(kit.volumeImages.begin(VolumeKit.name("i"), volume, Optional.of(expected)));

        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
    }

    @Test
    void anImageThatIsCancelledIsGoneOrReady() throws InterruptedException {
        NamedVolume volume = filled("v");
        List<VolumeName> before = stored();
        Image image = kit.volumeImages.begin(VolumeKit.name("i"), volume, Optional.empty());

        kit.volumeImages.cancel(image);

        if (image.state() instanceof ImageState.Committed) {
            kit.deletion.delete(image);
        } else {
            requireFailed(image, Refusal.CANCELLED, "cancelled");
        }
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void nothingIsBegunOnceTheAgentStops() {
        NamedVolume volume = filled("v");
        long changes = flaky.changes();
        kit.volumeImages.admission().stop();

        RefusedException refused = refuses(Refusal.BUSY, () -> kit.imageOf(volume, "i"));

        assertThat(refused).hasMessageContaining("stopping");
        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
    }

    @Test
    void aWriteUnderWayGoesOnAndTheImageHasTheWindowsThatWereComplete() {
        NamedVolume volume = kit.thin("v", 4L * MIB);
        VolumeWrite write = kit.writes.begin(volume, new ByteRange(0, 2L * MIB));
        VolumeKit.send(write, random(8, MIB), new Random(1));

        Image image = kit.imageOf(volume, "i");
        VolumeKit.send(write, random(9, MIB), new Random(2));
        write.complete();
        Stages.await(write.done());

        assertThat(kit.read(volume, new ByteRange(MIB, MIB))).isEqualTo(random(9, MIB));
        assertThat(kit.header(image).contentDigest()).isEqualTo(Reference.contentDigest(kit.read(image)));
        assertThat(kit.read(image)).endsWith(new byte[MIB]);
    }
}
