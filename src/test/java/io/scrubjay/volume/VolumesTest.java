// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.LabelStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

class VolumesTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;

    private final TestPool pool = TestPool.of(new ClusterSize(CLUSTER), 64L * MIB);
    private final StorageEngine engine = pool.open();
    private final VolumeKit kit = new VolumeKit(engine);

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

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    @Test
    void thinTakesNothingAndThickTakesAll() {
        NamedVolume thin = kit.thin("thin", MIB + 1);
        NamedVolume thick = kit.volumes.create(VolumeKit.name("thick"), MIB + 1, Provisioning.THICK);

        assertThat(kit.extent(thin).sizeBytes()).isEqualTo(MIB + CLUSTER);
        assertThat(kit.extent(thin).allocatedClusters()).isZero();
        assertThat(kit.extent(thick).allocatedClusters()).isEqualTo(17);
        assertThat(kit.read(thick)).isEqualTo(new byte[MIB + CLUSTER]);
        assertThat(kit.volumes.list())
                .extracting(report -> report.volume().name().value())
                .containsExactly("thick", "thin");
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        refuses(Refusal.INVALID_REQUEST, () -> kit.thin("v", 0));
        refuses(Refusal.INVALID_REQUEST, () -> kit.thin("v", -1));
        refuses(Refusal.TOO_LARGE, () -> kit.thin("v", ByteSize.parse("1G").bytes() + 1));
        refuses(Refusal.POOL_FULL, () -> kit.volumes.create(VolumeKit.name("v"), 65L * MIB, Provisioning.THICK));
        assertThat(engine.list()).isEmpty();
    }

    /** Whoever asks is told that the bytes are gone, and not that the device failed. */
    @Test
    void aVolumeWhoseBytesAreGoneIsRefusedAsUnreadable() throws InterruptedException {
        NamedVolume gone = kit.thin("gone", MIB);
        engine.delete(gone.stored());

        refuses(Refusal.UNREADABLE, () -> kit.reads.sizeBytes(gone));
        refuses(Refusal.UNREADABLE, () -> kit.write(gone, 0, filled(10)));
        refuses(Refusal.UNREADABLE, () -> kit.volumes.grow(gone, 2 * MIB));
        refuses(Refusal.UNREADABLE, () -> kit.snapshot(gone, "monday"));
        refuses(Refusal.UNREADABLE, () -> kit.jobs.start(gone, VolumeJob.Kind.INFLATE));

        assertThat(gone.job()).isEmpty();
        assertThat(kit.images.list(ImageKind.SNAPSHOT)).isEmpty();
        kit.volumes.delete(gone);
        assertThat(engine.list()).isEmpty();
    }

    /** As SPDK does when it has written a new volume and cannot read it then. */
    @Test
    void bytesThatAreSeenAfterTheNextStartOnlyAreRemovedByIt() {
        // Given
        StorageEngine blind = (StorageEngine) Proxy.newProxyInstance(
                VolumesTest.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (proxy, method, arguments) -> {
                    boolean isOfBytes = arguments != null
                            && arguments[0] instanceof VolumeName name
                            && name.value().startsWith("volume-");
                    if (isOfBytes && method.getName().equals("find")) {
                        return Optional.empty();
                    }
                    Object made = method.invoke(engine, arguments);
                    if (isOfBytes && method.getName().equals("create")) {
                        throw new EngineException.DeviceFailed("create", 5);
                    }
                    return made;
                });
        try (VolumeKit failing = new VolumeKit(blind)) {
            // When
            refuses(Refusal.DEVICE_FAILED, () -> failing.thin("v", MIB));
            assertThat(failing.volumes.list()).isEmpty();
        }

        // Then
        try (VolumeKit next = new VolumeKit(engine)) {
            assertThat(next.volumes.list()).isEmpty();
            assertThat(engine.list()).isEmpty();
        }
    }

    @Test
    void aNameIsTakenOnce() {
        NamedVolume first = kit.thin("v", MIB);

        refuses(Refusal.VOLUME_EXISTS, () -> kit.thin("v", MIB));

        assertThat(kit.volumes.get(VolumeKit.name("v"))).isSameAs(first);
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void aUsersNameMayLookLikeOneOfOurs() {
        NamedVolume volume = kit.thin("label-0123456789ab4cde8f0123456789abcd", MIB);

        assertThat(kit.manifests.scan().leftovers()).isEmpty();
        assertThat(kit.volumes.get(volume.name())).isSameAs(volume);
    }

    @Test
    void aCloneHasTheImagesBytesAndZeroesBehindThem() {
        Image image = kit.image("image", filled(MIB + 5));

        NamedVolume clone = kit.cloneOf("clone", image);

        byte[] expected = Arrays.copyOf(filled(MIB + 5), MIB + CLUSTER);
        assertThat(kit.read(clone)).isEqualTo(expected);
        assertThat(kit.extent(clone).parents()).containsExactly(image.key());
        assertThat(kit.extent(clone).allocatedClusters()).isZero();
        assertThat(kit.volumes.report(clone).source()).contains(image.key());
    }

    @Test
    void aCloneOfAnImageInALargerVolumeHasTheImagesSize() {
        // Given an image as earlier versions stored one that was sent without its length
        Image image = kit.image("image", filled(MIB + 5));
        engine.delete(image.volume());
        VolumeName head = VolumeName.of("head");
        engine.create(head, 32L * MIB, Provisioning.THIN);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, head.value(), Access.WRITE)) {
            volume.write(0, Arrays.copyOf(filled(MIB + 5), MIB + CLUSTER)).flush();
        }
        engine.seal(head, image.volume());

        // When
        NamedVolume clone = kit.cloneOf("clone", image);
        NamedVolume grown = kit.volumes.cloneOf(VolumeKit.name("grown"), image, OptionalLong.of(2L * MIB));

        // Then
        assertThat(kit.read(clone)).isEqualTo(Arrays.copyOf(filled(MIB + 5), MIB + CLUSTER));
        assertThat(kit.read(grown)).isEqualTo(Arrays.copyOf(filled(MIB + 5), 2 * MIB));
        assertThat(kit.extent(clone).parents()).containsExactly(image.key());
    }

    @Test
    void aCloneMayBeLargerAndNeverSmaller() {
        Image image = kit.image("image", filled(MIB));

        NamedVolume large = kit.volumes.cloneOf(VolumeKit.name("large"), image, OptionalLong.of(2L * MIB));

        assertThat(kit.read(large)).isEqualTo(Arrays.copyOf(filled(MIB), 2 * MIB));
        refuses(
                Refusal.VOLUME_SHRINK,
                () -> kit.volumes.cloneOf(VolumeKit.name("small"), image, OptionalLong.of(CLUSTER)));
        assertThat(kit.volumes.list()).hasSize(1);
    }

    @Test
    void whoOrdersACloneThatIsTooSmallIsToldOfItsSource() {
        Image image = kit.image("image", filled(MIB));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> kit.volumes.cloneOf(VolumeKit.name("small"), image, OptionalLong.of(CLUSTER)))
                .withMessage("a clone of image image must have at least " + MIB + " bytes, not " + CLUSTER);
    }

    @Test
    void aQuarantinedImageIsNotCloned() {
        Image image = kit.image("image", filled(MIB));
        image.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "one", Instant.EPOCH));

        refuses(Refusal.IMAGE_QUARANTINED, () -> kit.cloneOf("clone", image));

        assertThat(kit.volumes.list()).isEmpty();
    }

    @Test
    void anImageWithClonesIsNotDeletedAndTheyAreNamed() throws InterruptedException {
        Image image = kit.image("image", filled(MIB));
        NamedVolume one = kit.cloneOf("one", image);
        NamedVolume two = kit.cloneOf("two", image);

        RefusedException refused = refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(image));

        assertThat(refused.children()).containsExactlyInAnyOrder("one", "two");
        assertThat(refused).hasMessageContaining("volume one").hasMessageContaining("volume two");
        kit.volumes.delete(one);
        kit.volumes.delete(two);
        kit.deletion.delete(image);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageIsNotDeletedWhileItIsBeingCloned() throws InterruptedException {
        Image image = kit.image("image", filled(MIB));
        try (Lease<Image> cloning = image.lease()) {
            refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(cloning.leased()));
        }
        kit.deletion.delete(image);

        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        refuses(Refusal.IMAGE_NOT_READY, () -> kit.cloneOf("late", image));
    }

    /** In the moment between the look at the image and the engine's clone of it. */
    @Test
    void anImageIsNotDeletedInTheMiddleOfBeingCloned() {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        AtomicReference<Runnable> beforeClone = new AtomicReference<>(() -> {});
        StorageEngine hooked = (StorageEngine) Proxy.newProxyInstance(
                VolumesTest.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("cloneOf")) {
                        beforeClone.get().run();
                    }
                    return method.invoke(engine, arguments);
                });
        try (VolumeKit cloning = new VolumeKit(hooked)) {
            Image image = cloning.image("image", filled(MIB));
            beforeClone.set(() -> refused.set(catchThrowable(() -> cloning.deletion.delete(image))));

            NamedVolume clone = cloning.cloneOf("clone", image);

            assertThat(refused.get())
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            why -> assertThat(why.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
            assertThat(cloning.read(clone)).isEqualTo(filled(MIB));
            assertThat(cloning.read(image)).isEqualTo(filled(MIB));
        }
    }

    @Test
    void aDecoupledVolumeHasNoParentAnyMore() throws InterruptedException {
        Image image = kit.image("image", filled(MIB));
        NamedVolume volume = kit.volumes.cloneOf(VolumeKit.name("v"), image, OptionalLong.of(2L * MIB));

        kit.jobs.start(volume, VolumeJob.Kind.DECOUPLE);
        awaitEnd(volume, VolumeJob.Finished.class);

        assertThat(kit.extent(volume).parents()).isEmpty();
        assertThat(kit.extent(volume).allocatedClusters()).isEqualTo(16);
        kit.deletion.delete(image);
        assertThat(kit.read(volume)).isEqualTo(Arrays.copyOf(filled(MIB), 2 * MIB));
    }

    @Test
    void anInflatedVolumeHasAllItsClusters() {
        NamedVolume volume = kit.thin("v", MIB);
        kit.write(volume, 3, new byte[] {3});

        kit.jobs.start(volume, VolumeJob.Kind.INFLATE);
        awaitEnd(volume, VolumeJob.Finished.class);

        assertThat(kit.extent(volume).allocatedClusters()).isEqualTo(16);
        assertThat(kit.extent(volume).provisioning()).isEqualTo(Provisioning.THICK);
        assertThat(kit.read(volume)[3]).isEqualTo((byte) 3);
    }

    @Test
    void aJobThatDoesNotFitFailsAndSaysWhy() {
        NamedVolume volume = kit.thin("v", 100L * MIB);

        kit.jobs.start(volume, VolumeJob.Kind.INFLATE);
        awaitEnd(volume, VolumeJob.Failed.class);

        assertThat(volume.job())
                .get()
                .isInstanceOfSatisfying(
                        VolumeJob.Failed.class,
                        failed -> assertThat(failed.refusal()).isEqualTo(Refusal.POOL_FULL));
    }

    private static void awaitEnd(NamedVolume volume, Class<? extends VolumeJob.Ended> end) {
        Awaitility.await().until(() -> volume.job().filter(end::isInstance).isPresent());
    }

    @Test
    void growingAddsZeroesAndShrinkingIsRefused() {
        NamedVolume volume = kit.thin("v", MIB);
        kit.write(volume, 0, filled(MIB));

        kit.volumes.grow(volume, MIB + 1);

        assertThat(kit.read(volume)).isEqualTo(Arrays.copyOf(filled(MIB), MIB + CLUSTER));
        refuses(Refusal.VOLUME_SHRINK, () -> kit.volumes.grow(volume, MIB));
        kit.volumes.grow(volume, MIB + CLUSTER);
        assertThat(kit.extent(volume).sizeBytes()).isEqualTo(MIB + CLUSTER);
    }

    @Test
    void nothingOfADeletedVolumeIsLeft() throws InterruptedException {
        NamedVolume volume = kit.thin("v", MIB);
        kit.write(volume, 0, filled(MIB));

        kit.volumes.delete(volume);

        assertThat(engine.list()).isEmpty();
        refuses(Refusal.VOLUME_NOT_FOUND, () -> kit.volumes.get(volume.name()));
        assertThat(kit.read(kit.thin("v", MIB))).isEqualTo(new byte[MIB]);
    }

    @Test
    void volumesComeBackAfterARestart() {
        Image image = kit.image("image", filled(MIB));
        NamedVolume clone = kit.cloneOf("clone", image);
        kit.write(clone, 9, new byte[] {9});
        byte[] bytes = kit.read(clone);

        try (VolumeKit again = new VolumeKit(engine)) {
            NamedVolume found = again.volumes.get(clone.name());
            assertThat(found.id()).isEqualTo(clone.id());
            assertThat(found.createdAt()).hasValue(clone.label().createdAt());
            assertThat(again.volumes.report(found).source()).contains(ImageKey.ofImage(image.name()));
            assertThat(again.read(found)).isEqualTo(bytes);
        }
    }

    @Test
    void aVolumeWhoseLabelIsDamagedKeepsItsBytesAndGoesByItsId() throws InterruptedException {
        NamedVolume volume = kit.thin("v", MIB);
        kit.write(volume, 0, new byte[] {5});
        try (Volume label = engine.open(PoolName.label(volume.id()), Access.WRITE)) {
            Stages.await(label.write(0, ByteBuffer.allocate(4096)));
        }

        try (VolumeKit again = new VolumeKit(engine)) {
            NamedVolume found = again.volumes.get(ResourceName.ofNameless(volume.id()));
            assertThat(again.read(found)[0]).isEqualTo((byte) 5);
            assertThat(found.createdAt()).isEmpty();
            assertThat(again.volumes.damagedLabels())
                    .extracting(damaged -> damaged.name().orElseThrow())
                    .containsExactly(PoolName.label(volume.id()));
            again.volumes.delete(found);
            assertThat(engine.list()).isEmpty();
            assertThat(again.volumes.damagedLabels()).isEmpty();
        }
    }

    @Test
    void noNameOfPeopleKeepsADamagedVolumeFromComingBack() {
        pool.mayHold(Flaw.NAME_TWICE, Flaw.MISSING_PART);
        NamedVolume damaged = kit.thin("v", MIB);
        NamedVolume users = kit.thin("damaged-" + damaged.id().hex(), MIB);
        NamedVolume twin = kit.thin("w", MIB);
        VolumeLabel younger = new VolumeLabel(
                VolumeId.random(),
                twin.name(),
                twin.label().createdAt().plusSeconds(1),
                new VolumeLabel.Source.Nothing());
        LabelStore labels = new LabelStore(engine);
        labels.stage(younger);
        labels.commit(younger.id());
        try (Volume label = engine.open(PoolName.label(damaged.id()), Access.WRITE)) {
            Stages.await(label.write(0, ByteBuffer.allocate(4096)));
        }

        try (VolumeKit again = new VolumeKit(engine)) {
            assertThat(again.volumes.get(ResourceName.ofNameless(damaged.id())).id())
                    .isEqualTo(damaged.id());
            assertThat(again.volumes.get(users.name()).id()).isEqualTo(users.id());
            assertThat(again.volumes.get(ResourceName.ofNameless(twin.id())).id())
                    .isEqualTo(twin.id());
            assertThat(again.volumes.list()).hasSize(4);
        }
    }

    @Test
    void bytesWithoutALabelAreKeptAndShownUntilTheyAreDeleted() throws InterruptedException {
        pool.mayHold(Flaw.FOREIGN_VOLUME);
        NamedVolume volume = kit.thin("v", MIB);
        engine.delete(PoolName.label(volume.id()));
        engine.create(VolumeName.of("somebody-elses"), MIB, Provisioning.THIN);

        try (VolumeKit again = new VolumeKit(engine)) {
            NamedVolume found = again.volumes.get(ResourceName.ofNameless(volume.id()));
            assertThat(again.volumes.list()).hasSize(1);
            again.volumes.delete(found);
        }

        assertThat(engine.list()).extracting(summary -> summary.name().value()).containsExactly("somebody-elses");
    }

    @Test
    void aVolumeThatWasBeingMadeIsALeftover() {
        VolumeLabel label = new VolumeLabel(
                VolumeId.random(), VolumeKit.name("v"), Instant.EPOCH, new VolumeLabel.Source.Nothing());
        new LabelStore(engine).stage(label);
        engine.create(PoolName.volume(label.id()), MIB, Provisioning.THIN);

        try (VolumeKit again = new VolumeKit(engine)) {
            assertThat(again.volumes.list()).isEmpty();
            assertThat(engine.list()).isEmpty();
        }
    }

    @Test
    void aVolumeWhoseBytesAreGoneIsShownAndCanBeDeleted() throws InterruptedException {
        NamedVolume volume = kit.thin("v", MIB);
        engine.delete(volume.stored());

        assertThat(kit.volumes.report(volume).extent()).isEmpty();
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> kit.reads.sizeBytes(volume));
        kit.volumes.delete(volume);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aVolumeWhoseDeletionIsInterruptedWhileItWaitsGoesOnAsBefore() throws InterruptedException {
        // Given
        NamedVolume volume = kit.thin("v", MIB);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (Lease<NamedVolume> lease = volume.lease()) {
            Thread deleting = new Thread(
                    () -> thrown.set(catchThrowable(() -> lease.leased().retire(Duration.ofMinutes(10)))));
            deleting.start();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !VolumeLeases.isUsable(volume));
            // When
            deleting.interrupt();
            deleting.join();
        }
        // Then
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(VolumeLeases.isUsable(volume)).isTrue();
        kit.volumes.delete(volume);
    }
}
