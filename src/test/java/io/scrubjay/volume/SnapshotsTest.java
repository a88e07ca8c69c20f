// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PointInTime;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class SnapshotsTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;

    private final FlakyEngine flaky = new FlakyEngine(TestPool.open(new ClusterSize(CLUSTER), 64L * MIB));
    private final ReadChunks reads = new ReadChunks();
    private final VolumeKit kit = new VolumeKit(reads.on(flaky));

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

    /** 8 MiB, of which chunk 3 is zeroes. */
    private NamedVolume filled(String name) {
        NamedVolume volume = kit.thin(name, 8L * MIB);
        kit.write(volume, 0, random(1, 3 * MIB));
        kit.write(volume, 4L * MIB, random(2, 4 * MIB));
        return volume;
    }

    private void requireProven(Image snapshot, byte[] bytes) {
        assertThat(kit.read(snapshot)).isEqualTo(bytes);
        assertThat(kit.header(snapshot).contentDigest()).isEqualTo(Reference.contentDigest(bytes));
        assertThat(kit.manifest(snapshot).contentDigest()).isEqualTo(Reference.contentDigest(bytes));
    }

    @Test
    void aSnapshotIsWhatTheVolumeWasAndStaysSo() {
        NamedVolume volume = filled("v");
        byte[] before = kit.read(volume);

        Image snapshot = kit.snapshot(volume, "s");
        kit.write(volume, 100, random(3, 5 * MIB));

        requireProven(snapshot, before);
        assertThat(kit.header(snapshot).lengthBytes()).isEqualTo(8 * MIB);
        assertThat(kit.manifest(snapshot).leaves().count()).isEqualTo(7);
        PointInTime taken = kit.header(snapshot).pointInTime().orElseThrow();
        assertThat(taken.volume()).isEqualTo(volume.id());
        assertThat(taken.volumeName()).isEqualTo(volume.name());
        assertThat(taken.parent()).isEmpty();
        assertThat(kit.extent(volume).parents()).containsExactly(ImageKey.ofSnapshot(snapshot.name()));
    }

    /** A write that has ended belongs into the snapshot. When the device may have lost it, there is none. */
    @Test
    void noSnapshotIsTakenOfWhatCouldNotBeMadeDurable() {
        UnflushedVolumes unflushed = new UnflushedVolumes();
        try (VolumeKit beside = new VolumeKit(unflushed.on(flaky))) {
            // Given a writer whose first bytes are written
            NamedVolume volume = beside.thin("v", 4L * MIB);
            VolumeWrite write = beside.writes.begin(volume, new ByteRange(0, 2L * MIB));
            VolumeKit.send(write, random(1, MIB), new Random(1));
            // When
            unflushed.fail(true);
            RefusedException refused = refuses(Refusal.DEVICE_FAILED, () -> beside.snapshot(volume, "s"));
            // Then
            assertThat(refused).hasMessageContaining("flush");
            assertThat(beside.images.list()).isEmpty();
            unflushed.fail(false);
            VolumeKit.send(write, random(2, MIB), new Random(2));
            write.complete();
            Stages.await(write.done());
            assertThat(beside.read(beside.snapshot(volume, "s"))).isEqualTo(beside.read(volume));
        }
    }

    @Test
    void aSnapshotWhoseManifestHasNoRoomIsNotBegun() {
        // Given
        NamedVolume volume = filled("v");
        byte[] before = kit.read(volume);
        long freeBytes = flaky.usage().freeClusters() * CLUSTER;
        kit.volumes.create(VolumeKit.name("ballast"), freeBytes - CLUSTER, Provisioning.THICK);
        assertThat(flaky.usage().freeClusters()).isZero();
        long changes = flaky.changes();

        // When
        refuses(Refusal.POOL_FULL, () -> kit.snapshot(volume, "s"));

        // Then
        assertThat(flaky.changes()).as("changes to the pool").isEqualTo(changes);
        assertThat(kit.read(volume)).isEqualTo(before);
        assertThat(kit.images.list()).isEmpty();
    }

    @Test
    void onlyChunksThatMayDifferAreRead() {
        NamedVolume volume = filled("v");
        Image first = kit.snapshot(volume, "first");
        kit.write(volume, 5L * MIB + 7, new byte[] {1, 2, 3});
        byte[] now = kit.read(volume);
        reads.clear();

        Image second = kit.snapshot(volume, "second");

        assertThat(reads.ofSnapshots()).containsExactly(5L);
        assertThat(kit.header(second).pointInTime().orElseThrow().parent()).contains(first.id());
        requireProven(second, now);
    }

    @Test
    void nothingIsReadWhereNothingChanged() {
        NamedVolume volume = filled("v");
        Image first = kit.snapshot(volume, "first");
        reads.clear();

        Image second = kit.snapshot(volume, "second");

        assertThat(reads.ofSnapshots()).isEmpty();
        assertThat(kit.header(second).contentDigest())
                .isEqualTo(kit.header(first).contentDigest());
    }

    @Test
    void aCloneOfAnImageTakesTheImagesLeavesButForItsTail() {
        byte[] bytes = random(4, 3 * MIB + 5);
        NamedVolume clone = kit.cloneOf("clone", kit.image("image", bytes));
        kit.write(clone, MIB + 1, new byte[] {9});
        byte[] now = kit.read(clone);
        reads.clear();

        Image snapshot = kit.snapshot(clone, "s");

        assertThat(reads.ofSnapshots()).containsExactly(1L, 3L);
        requireProven(snapshot, now);
    }

    @Test
    void afterGrowingInTheMiddleOfAChunkItIsComputedAnew() {
        NamedVolume volume = kit.thin("v", 2 * MIB + CLUSTER);
        kit.write(volume, 0, random(5, 2 * MIB + CLUSTER));
        kit.snapshot(volume, "short");
        kit.volumes.grow(volume, 4L * MIB);

        Image snapshot = kit.snapshot(volume, "long");

        requireProven(snapshot, Arrays.copyOf(random(5, 2 * MIB + CLUSTER), 4 * MIB));
    }

    @Test
    void whatHasBecomeZeroesHasNoLeaf() {
        NamedVolume volume = filled("v");
        kit.snapshot(volume, "first");
        kit.write(volume, MIB, new byte[MIB]);

        Image second = kit.snapshot(volume, "second");

        assertThat(kit.manifest(second).leaves().find(1)).isEmpty();
        requireProven(second, kit.read(volume));
    }

    @Test
    void rotInAParentDoesNotBecomeTheTruthOfItsChild() {
        NamedVolume volume = filled("v");
        Image first = kit.snapshot(volume, "first");
        flaky.flipBit(first.volume(), MIB + 9, 2);
        kit.write(volume, 5L * MIB, new byte[] {1});

        Image second = kit.snapshot(volume, "second");

        assertThat(kit.manifest(second).leaves().find(1))
                .isEqualTo(kit.manifest(first).leaves().find(1));
    }

    @Test
    void aSnapshotThatReadsOtherwiseIsNotServed() {
        NamedVolume volume = filled("v");
        Image snapshot = kit.snapshot(volume, "s");
        flaky.flipBit(snapshot.volume(), 9, 2);

        assertThatThrownBy(() -> kit.read(snapshot)).isInstanceOf(SuspectChunk.class);
    }

    @Test
    void aQuarantinedSnapshotIsNeitherServedNorCloned() {
        NamedVolume volume = filled("v");
        Image snapshot = kit.snapshot(volume, "s");
        snapshot.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "one", Instant.EPOCH));

        refuses(Refusal.IMAGE_QUARANTINED, () -> kit.read(snapshot));
        refuses(Refusal.IMAGE_QUARANTINED, () -> kit.cloneOf("clone", snapshot));
    }

    @Test
    void namesOfSnapshotsAndImagesAndVolumesDoNotMeet() {
        Image image = kit.image("same", random(6, 10));
        NamedVolume volume = kit.cloneOf("same", image);

        Image snapshot = kit.snapshot(volume, "same");

        assertThat(kit.images.get(image.name())).isSameAs(image);
        assertThat(kit.images.get(ImageKey.ofSnapshot(image.name()))).isSameAs(snapshot);
        assertThat(kit.images.list()).containsExactly(image);
        assertThat(kit.images.committed()).containsExactly(image, snapshot);
        refuses(Refusal.SNAPSHOT_EXISTS, () -> kit.snapshot(volume, "same"));
    }

    @Test
    void aSnapshotOfALineMayGoAndTheOthersStay() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image first = kit.snapshot(volume, "first");
        kit.write(volume, 7, new byte[] {7});
        Image second = kit.snapshot(volume, "second");
        kit.write(volume, 8, new byte[] {8});
        byte[] secondBytes = kit.read(second);
        byte[] now = kit.read(volume);

        kit.deletion.delete(first);
        requireProven(second, secondBytes);
        kit.deletion.delete(second);

        assertThat(kit.read(volume)).isEqualTo(now);
        assertThat(kit.extent(volume).parents()).isEmpty();
        assertThat(flaky.list()).hasSize(2);
    }

    @Test
    void aSnapshotWithACloneStaysAndTheCloneIsNamed() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image snapshot = kit.snapshot(volume, "s");
        NamedVolume clone = kit.cloneOf("clone", snapshot);

        assertThat(refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot))
                        .children())
                .containsExactly("clone");

        // Not even when the clone is the only one left that the engine could merge it into.
        kit.volumes.delete(volume);
        refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(snapshot));
        kit.volumes.delete(clone);
        kit.deletion.delete(snapshot);
        assertThat(flaky.list()).isEmpty();
    }

    @Test
    void aSnapshotOfACloneDependsOnWhatWasCloned() throws InterruptedException {
        NamedVolume volume = filled("v");
        Image origin = kit.snapshot(volume, "origin");
        NamedVolume clone = kit.cloneOf("clone", origin);
        kit.snapshot(clone, "of-clone");

        RefusedException refused = refuses(Refusal.IMAGE_IN_USE, () -> kit.deletion.delete(origin));

        assertThat(refused.children()).containsExactly("of-clone");
        assertThat(refused).hasMessageContaining("snapshot of-clone");
    }

    @Test
    void aSnapshotOutlivesItsVolumeAndARestart() throws InterruptedException {
        NamedVolume volume = filled("v");
        byte[] bytes = kit.read(volume);
        Image snapshot = kit.snapshot(volume, "s");
        kit.volumes.delete(volume);

        try (VolumeKit again = new VolumeKit(flaky)) {
            Image found = again.images.get(ImageKey.ofSnapshot(snapshot.name()));
            assertThat(found.id()).isEqualTo(snapshot.id());
            assertThat(again.read(found)).isEqualTo(bytes);
            assertThat(again.images.list()).isEmpty();
        }
    }

    @Test
    void aWriteUnderWayGoesOnOverASnapshot() {
        NamedVolume volume = kit.thin("v", 4L * MIB);
        kit.write(volume, 0, random(7, CLUSTER));
        VolumeWrite write = kit.writes.begin(volume, new ByteRange(10, 2 * MIB));
        VolumeKit.send(write, random(8, MIB), new Random(1));

        Image snapshot = kit.snapshot(volume, "s");
        VolumeKit.send(write, random(9, MIB), new Random(2));
        write.complete();
        Stages.await(write.done());

        byte[] expected = random(8, 2 * MIB);
        System.arraycopy(random(8, MIB), 0, expected, 0, MIB);
        System.arraycopy(random(9, MIB), 0, expected, MIB, MIB);
        assertThat(kit.read(volume, new ByteRange(10, 2 * MIB))).isEqualTo(expected);
        assertThat(kit.header(snapshot).contentDigest()).isEqualTo(Reference.contentDigest(kit.read(snapshot)));
    }
}
