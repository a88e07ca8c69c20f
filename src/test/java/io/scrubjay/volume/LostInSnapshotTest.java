// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LosingEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A pool has lost a cluster of a snapshot, or of an image that has clones: the zeroes are nobody's truth. */
class LostInSnapshotTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;

    private final LosingEngine engine = new LosingEngine(TestPool.open(new ClusterSize(CLUSTER), 64L * MIB));
    private final VolumeKit kit = new VolumeKit(engine);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private NamedVolume filled() {
        NamedVolume volume = kit.thin("v", 4L * MIB);
        kit.write(volume, 0, random(4 * MIB));
        return volume;
    }

    private void requireNotServed(Image image) {
        assertThatExceptionOfType(SuspectChunk.class)
                .isThrownBy(() -> kit.read(image))
                .satisfies(suspect -> assertThat(suspect.chunk()).isEqualTo(1));
    }

    @Test
    void aSnapshotThatHasLostAClusterIsNotServed() {
        Image snapshot = kit.snapshot(filled(), "s");

        engine.lose(snapshot.volume(), 16);

        requireNotServed(snapshot);
    }

    @Test
    void aSnapshotIsNotServedWhoseParentHasLostAClusterOfIt() {
        NamedVolume volume = filled();
        Image parent = kit.snapshot(volume, "parent");
        kit.write(volume, 3L * MIB, new byte[] {1});
        Image child = kit.snapshot(volume, "child");

        engine.lose(parent.volume(), 16);

        requireNotServed(parent);
        requireNotServed(child);
    }

    @Test
    void aSnapshotTakenAfterItsParentHasLostAClusterIsNotServedEither() {
        NamedVolume volume = filled();
        Image parent = kit.snapshot(volume, "parent");
        kit.write(volume, 3L * MIB, new byte[] {1});
        engine.lose(parent.volume(), 16);

        Image child = kit.snapshot(volume, "child");

        assertThat(kit.manifest(child).leaves().find(1))
                .isEqualTo(kit.manifest(parent).leaves().find(1))
                .isPresent();
        requireNotServed(child);
    }

    @Test
    void aSnapshotOfACloneOfAnImageThatHasLostAClusterIsNotServed() {
        Image image = kit.image("image", random(4 * MIB));
        NamedVolume clone = kit.cloneOf("clone", image);
        kit.write(clone, 3L * MIB, new byte[] {1});
        engine.lose(image.volume(), 16);

        Image snapshot = kit.snapshot(clone, "s");

        requireNotServed(snapshot);
    }

    private void requireRefused(NamedVolume volume, ByteRange range) {
        assertThatExceptionOfType(RefusedException.class)
                .as(range.toString())
                .isThrownBy(() -> kit.read(volume, range))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNREADABLE));
    }

    /** The second chunk, all of it. */
    private void loseChunk(VolumeName name) {
        for (long cluster = 16; cluster < 32; cluster++) {
            engine.lose(name, cluster);
        }
    }

    @Test
    void aCloneGivesNoZeroesForWhatItsImageHasLost() {
        byte[] bytes = random(4 * MIB);
        Image image = kit.image("image", bytes);
        NamedVolume clone = kit.cloneOf("clone", image);

        loseChunk(image.volume());

        requireRefused(clone, new ByteRange(0, 4L * MIB));
        requireRefused(clone, new ByteRange(MIB + 7L, 1));
        requireRefused(clone, new ByteRange(MIB - 1L, 2));
        assertThat(kit.read(clone, new ByteRange(0, MIB))).isEqualTo(Arrays.copyOf(bytes, MIB));
        assertThat(kit.read(clone, new ByteRange(2L * MIB, 2L * MIB)))
                .isEqualTo(Arrays.copyOfRange(bytes, 2 * MIB, 4 * MIB));
    }

    @Test
    void aVolumeGivesNoZeroesForWhatItsSnapshotHasLost() {
        NamedVolume volume = filled();
        Image snapshot = kit.snapshot(volume, "s");
        loseChunk(snapshot.volume());

        requireRefused(volume, new ByteRange(MIB, 1));

        // Whatever is written there is the volume's own.
        kit.write(volume, MIB, random(MIB));
        assertThat(kit.read(volume, new ByteRange(MIB, MIB))).isEqualTo(random(MIB));
    }

    /** The image has no checksums yet, but its parent has. */
    @Test
    void aVolumeGivesNoZeroesForWhatWasLostBelowAnUnfinishedImageOfIt() {
        NamedVolume volume = filled();
        Image snapshot = kit.snapshot(volume, "s");
        Image unfinished = kit.unfinished(volume, "unfinished");

        loseChunk(snapshot.volume());

        requireRefused(volume, new ByteRange(MIB, 1));
        Image image = kit.imageOf(volume, "i");
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Failed.class,
                        failed -> assertThat(failed.refusal()).isEqualTo(Refusal.NOT_PROVEN));
        kit.manifests.removeRest(unfinished.id());
    }

    @Test
    void aCloneWhoseImageHasHolesIsReadAsItIs() {
        byte[] bytes = random(4 * MIB);
        Arrays.fill(bytes, MIB, 3 * MIB, (byte) 0);
        NamedVolume clone = kit.cloneOf("clone", kit.image("image", bytes));

        assertThat(kit.read(clone, new ByteRange(0, 4L * MIB))).isEqualTo(bytes);
    }
}
