// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.KnownDigests;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Images that are made from volumes and snapshots, on every engine. */
abstract class VolumeImagesContract {
    static final int CAPACITY_MIB = 64;
    private static final int MIB = 1 << 20;

    private StorageEngine engine;
    private VolumeKit kit;

    abstract StorageEngine newPool();

    @BeforeEach
    void open() {
        engine = newPool();
        kit = new VolumeKit(engine);
    }

    @AfterEach
    void close() {
        kit.close();
        engine.close();
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

    /** 8 MiB, of which chunk 3 is zeroes. */
    private NamedVolume filled(String name) {
        NamedVolume volume = kit.thin(name, 8L * MIB);
        kit.write(volume, 0, random(1, 3 * MIB));
        kit.write(volume, 4L * MIB, random(2, 4 * MIB));
        return volume;
    }

    private void requireProven(Image image, byte[] bytes) {
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        assertThat(kit.read(image)).isEqualTo(bytes);
        assertThat(kit.manifest(image).contentDigest()).isEqualTo(Reference.contentDigest(bytes));
        assertThat(KnownDigests.of(image.state()).content()).contains(Reference.contentDigest(bytes));
    }

    @Test
    void anImageOfAVolumeIsWhatTheVolumeWasAndStaysSo() {
        NamedVolume volume = filled("v");
        byte[] before = kit.read(volume);

        Image image = kit.imageOf(volume, "i");
        kit.write(volume, 100, random(3, 5 * MIB));

        requireProven(image, before);
        assertThat(image.kind()).isEqualTo(ImageKind.IMAGE);
        assertThat(kit.header(image).lengthBytes()).isEqualTo(8 * MIB);
        assertThat(kit.manifest(image).leaves().count()).isEqualTo(7);
        PoolSource source = kit.header(image).poolSource().orElseThrow();
        assertThat(source.volume()).contains(volume.id());
        assertThat(source.name()).isEqualTo(volume.name());
        assertThat(source.parent()).isEmpty();
        assertThat(KnownDigests.of(image.state()).verified().stream()).isEmpty();
        assertThat(KnownDigests.of(image.state()).verified().closed()).isEmpty();
    }

    @Test
    void anImageOfASnapshotHasTheSnapshotsBytesAndDigest() {
        NamedVolume volume = filled("v");
        byte[] before = kit.read(volume);
        Image snapshot = kit.snapshot(volume, "s");
        kit.write(volume, 100, random(3, 5 * MIB));

        Image image = kit.imageOf(snapshot, "i");

        requireProven(image, before);
        assertThat(kit.manifest(image).leaves())
                .isEqualTo(kit.manifest(snapshot).leaves());
        assertThat(kit.header(image).poolSource()).contains(PoolSource.ofSnapshot(snapshot.id(), snapshot.name()));
        assertThat(engine.find(PoolName.head(image.id()))).isEmpty();
    }

    @Test
    void whereTheEngineSharesClustersNothingIsCopied() {
        NamedVolume volume = filled("v");
        Image snapshot = kit.snapshot(volume, "s");
        long freeBefore = engine.usage().freeClusters();

        Image ofVolume = kit.imageOf(volume, "of-volume");
        Image ofSnapshot = kit.imageOf(snapshot, "of-snapshot");

        if (engine.traits().cloneCost() == CloneCost.SHARED) {
            // What is missing now are two manifests.
            assertThat(freeBefore - engine.usage().freeClusters()).isBetween(2L, 4L);
            assertThat(engine.allocated(ofVolume.volume()).count()).isZero();
            assertThat(engine.allocated(ofSnapshot.volume()).count()).isZero();
        }
        requireProven(ofVolume, kit.read(volume));
        requireProven(ofSnapshot, kit.read(snapshot));
    }

    @Test
    void onlyWhatMayHaveChangedSinceItsParentGetsLeavesOfItsOwn() {
        Image base = kit.image("base", random(4, 5 * MIB));
        NamedVolume clone = kit.cloneOf("clone", base);
        kit.write(clone, 2L * MIB, random(5, MIB));
        byte[] now = kit.read(clone);

        Image image = kit.imageOf(clone, "i");

        requireProven(image, now);
        if (engine.traits().cloneCost() == CloneCost.SHARED) {
            assertThat(kit.header(image).poolSource().orElseThrow().parent()).contains(base.id());
        }
    }

    @Test
    void aVolumeMayBeDeletedAndItsImageStays() throws InterruptedException {
        NamedVolume volume = filled("v");
        byte[] bytes = kit.read(volume);
        Image image = kit.imageOf(volume, "i");

        kit.volumes.delete(volume);

        requireProven(image, bytes);
        kit.deletion.delete(image);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageOfAVolumeMayBeDeletedAndTheVolumeStays() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image first = kit.imageOf(volume, "first");
        kit.write(volume, 7, new byte[] {7});
        Image snapshot = kit.snapshot(volume, "s");
        kit.write(volume, 8, new byte[] {8});
        Image second = kit.imageOf(volume, "second");
        kit.write(volume, 9, new byte[] {9});
        byte[] now = kit.read(volume);
        byte[] ofSnapshot = kit.read(snapshot);
        byte[] ofSecond = kit.read(second);

        kit.deletion.delete(first);
        requireProven(snapshot, ofSnapshot);
        kit.deletion.delete(snapshot);
        requireProven(second, ofSecond);
        kit.deletion.delete(second);

        assertThat(kit.read(volume)).isEqualTo(now);
        assertThat(kit.extent(volume).parents()).isEmpty();
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void anImageStaysWhileACloneOfItExists() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image image = kit.imageOf(volume, "i");
        NamedVolume clone = kit.cloneOf("clone", image);

        assertThat(refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(image))
                        .children())
                .containsExactly("clone");

        kit.volumes.delete(volume);
        refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(image));
        kit.volumes.delete(clone);
        kit.deletion.delete(image);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aSnapshotStaysWhileAnImageOfItExists() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image snapshot = kit.snapshot(volume, "s");
        Image image = kit.imageOf(snapshot, "i");

        RefusedException refused = refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot));

        assertThat(refused.children()).containsExactly("i");
        assertThat(refused).hasMessageContaining("image i");
        kit.volumes.delete(volume);
        refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot));
        kit.deletion.delete(image);
        kit.deletion.delete(snapshot);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void theImageThatAVolumeWasClonedFromStaysWhileAnImageOfTheVolumeExists() throws InterruptedException {
        Image base = kit.image("base", random(6, 2 * MIB));
        NamedVolume clone = kit.cloneOf("clone", base);
        Image image = kit.imageOf(clone, "i");
        kit.volumes.delete(clone);
        boolean shares = engine.traits().cloneCost() == CloneCost.SHARED;

        if (shares) {
            assertThat(refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(base))
                            .children())
                    .containsExactly("i");
            kit.deletion.delete(image);
        }

        kit.deletion.delete(base);
        assertThat(engine.list()).hasSize(shares ? 0 : 2);
    }

    @Test
    void afterARestartItIsAnImageWithTheSameSource() throws InterruptedException {
        NamedVolume volume = filled("v");
        byte[] bytes = kit.read(volume);
        Image image = kit.imageOf(volume, "i");
        kit.volumes.delete(volume);

        try (VolumeKit again = new VolumeKit(engine)) {
            Image found = again.images.get(image.name());
            assertThat(found.id()).isEqualTo(image.id());
            assertThat(again.header(found)).isEqualTo(kit.header(image));
            assertThat(again.read(found)).isEqualTo(bytes);
            NamedVolume clone = again.cloneOf("clone", found);
            assertThat(again.read(clone, new ByteRange(0, bytes.length))).isEqualTo(bytes);
        }
    }

    @Test
    void anImageOfZeroesIsReadyToo() {
        NamedVolume volume = kit.thin("v", 4L * MIB);

        Image image = kit.imageOf(volume, "i");

        requireProven(image, new byte[4 * MIB]);
        assertThat(kit.header(image).footprint().zeroBytesSkipped()).isEqualTo(4 * MIB);
    }

    /** The engine merges what is left of the failed images into their successors while these are being read. */
    @Test
    void anImageThatFailsHarmsNothingThatWasMadeMeanwhile() throws InterruptedException {
        NamedVolume volume = filled("v");
        Digest other = Reference.contentDigest(new byte[1]);
        Map<Image, byte[]> made = new LinkedHashMap<>();

        for (int round = 0; round < 4; round++) {
            kit.write(volume, (long) round * MIB + 3, random(10 + round, MIB));
            byte[] now = kit.read(volume);
            Image failing = kit.volumeImages.begin(VolumeKit.name("failing"), volume, Optional.of(other));
            made.put(kit.volumeImages.begin(VolumeKit.name("i" + round), volume, Optional.empty()), now);
            made.put(kit.snapshot(volume, "s" + round), now);
            kit.ended(failing);
            assertThat(failing.state()).isInstanceOf(ImageState.Failed.class);
        }

        made.forEach(this::requireProven);
        byte[] last = kit.read(volume);
        assertThat(last).isEqualTo(List.copyOf(made.values()).get(made.size() - 1));
        for (Image image : made.keySet()) {
            kit.deletion.delete(image);
        }
        assertThat(kit.read(volume)).isEqualTo(last);
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void aVolumeMayBeDeletedWhileItsImageIsProven() throws InterruptedException {
        NamedVolume volume = filled("v");
        byte[] bytes = kit.read(volume);

        Image image = kit.volumeImages.begin(VolumeKit.name("i"), volume, Optional.empty());
        kit.volumes.delete(volume);

        requireProven(kit.ended(image), bytes);
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void aVolumeMayBeDecoupledAndGrownWhileItsImageIsProven() throws InterruptedException {
        Image base = kit.image("base", random(4, 5 * MIB));
        NamedVolume clone = kit.cloneOf("clone", base);
        kit.write(clone, 2L * MIB, random(5, MIB));
        byte[] now = kit.read(clone);

        Image image = kit.volumeImages.begin(VolumeKit.name("i"), clone, Optional.empty());
        kit.volumes.grow(clone, 6L * MIB);
        kit.jobs.start(clone, VolumeJob.Kind.DECOUPLE);

        requireProven(kit.ended(image), now);
        Awaitility.await().until(() -> clone.job().orElseThrow() instanceof VolumeJob.Finished);
        assertThat(kit.read(clone)).isEqualTo(Arrays.copyOf(now, 6 * MIB));
        assertThat(kit.extent(clone).parents()).isEmpty();
        kit.deletion.delete(image);
        kit.deletion.delete(base);
        assertThat(kit.read(clone)).isEqualTo(Arrays.copyOf(now, 6 * MIB));
        assertThat(engine.list()).hasSize(2);
    }
}
