// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Clones, how they come loose from their parents, and what becomes of them when a parent is deleted. */
public interface ClonesContract extends PoolUnderTest {
    VolumeName S = VolumeName.of("s");
    VolumeName C = VolumeName.of("c");

    private void clone(String snapshot, String clone) {
        engine().cloneOf(VolumeName.of(snapshot), VolumeName.of(clone));
    }

    /** Snapshot {@code s}: data, hole, data; and its clone {@code c}. */
    private byte[] snapshotAndClone() {
        thin("head", 3);
        writing("head", volume -> volume.write(0, cluster(1)).write(2L * clusterBytes(), cluster(3)));
        engine().seal(VolumeName.of("head"), S);
        clone("s", "c");
        return joined(cluster(1), new byte[clusterBytes()], cluster(3));
    }

    @Test
    default void cloneStartsWithTheSnapshotsBytes() {
        byte[] bytes = snapshotAndClone();

        assertThat(summary("c"))
                .isEqualTo(new VolumeSummary(C, VolumeKind.VOLUME, Provisioning.THIN, bytes.length, Optional.of(S)));
        assertThat(content("c")).isEqualTo(bytes);
        assertThat(engine().allocated(C)).isEqualTo(shares() ? ClusterMap.empty() : engine().allocated(S));
    }

    @Test
    default void writesToACloneStayInIt() {
        byte[] bytes = snapshotAndClone();
        clone("s", "d");

        writing("c", volume -> volume.write(0, cluster(7)).write(clusterBytes(), cluster(8)));

        assertThat(content("c")).isEqualTo(joined(cluster(7), cluster(8), cluster(3)));
        assertThat(content("s")).isEqualTo(bytes);
        assertThat(content("d")).isEqualTo(bytes);
    }

    @Test
    default void partialWriteToACloneKeepsTheParentsRest() {
        byte[] expected = snapshotAndClone();
        byte[] small = AwaitedVolume.pattern(7, ioBytes());

        writing("c", volume -> volume.write(0, small));

        System.arraycopy(small, 0, expected, 0, ioBytes());
        assertThat(content("c")).isEqualTo(expected);
    }

    @Test
    default void concurrentPartialWritesToOneClusterOfACloneAllArrive() {
        snapshotAndClone();
        byte[] fresh = cluster(7);
        writing("c", volume -> {
            var writes = new ArrayList<CompletionStage<Void>>();
            for (int at = ioBytes(); at < clusterBytes(); at += ioBytes()) {
                writes.add(
                        volume.volume().write(at, AwaitedVolume.buffer(Arrays.copyOfRange(fresh, at, at + ioBytes()))));
            }
            writes.forEach(Stages::await);
        });

        System.arraycopy(cluster(1), 0, fresh, 0, ioBytes());
        assertThat(Arrays.copyOf(content("c"), clusterBytes())).isEqualTo(fresh);
    }

    @Test
    default void unmappedClusterOfACloneReadsAsZeroesAndNotAsTheParents() {
        byte[] bytes = snapshotAndClone();

        writing("c", volume -> volume.unmap(0, clusterBytes()));

        assertThat(content("c")).isEqualTo(joined(new byte[2 * clusterBytes()], cluster(3)));
        assertThat(content("s")).isEqualTo(bytes);
    }

    @Test
    default void zeroesWrittenToACloneHideTheParentsBytes() {
        byte[] bytes = snapshotAndClone();

        writing("c", volume -> volume.writeZeroes(0, clusterBytes()).writeZeroes(2L * clusterBytes(), ioBytes()));

        byte[] expected = bytes.clone();
        Arrays.fill(expected, 0, clusterBytes(), (byte) 0);
        Arrays.fill(expected, 2 * clusterBytes(), 2 * clusterBytes() + ioBytes(), (byte) 0);
        assertThat(content("c")).isEqualTo(expected);
        assertThat(content("s")).isEqualTo(bytes);
    }

    @Test
    default void grownCloneReadsAsZeroesBeyondItsParent() {
        byte[] bytes = snapshotAndClone();

        engine().resize(C, 5L * clusterBytes());

        assertThat(content("c")).isEqualTo(joined(bytes, new byte[2 * clusterBytes()]));
    }

    @Test
    default void aCloneCanBeCutToWhatItsParentHolds() {
        thin("v", 6);
        writing("v", volume -> volume.write(0, joined(cluster(1), cluster(2))));
        engine().seal(VolumeName.of("v"), VolumeName.of("s"));
        engine().cloneOf(VolumeName.of("s"), C);

        assertThat(engine().cut(C, 2L * clusterBytes()).sizeBytes()).isEqualTo(2L * clusterBytes());

        assertThat(content("c")).isEqualTo(joined(cluster(1), cluster(2)));
        assertThat(content("s")).isEqualTo(joined(cluster(1), cluster(2), new byte[4 * clusterBytes()]));
        engine().resize(C, 5L * clusterBytes());
        assertThat(content("c")).isEqualTo(joined(cluster(1), cluster(2), new byte[3 * clusterBytes()]));
    }

    @Test
    default void clonesOfClonesReadThroughAllTheirParents() {
        snapshotAndClone();
        writing("c", volume -> volume.write(clusterBytes(), cluster(2)));
        engine().seal(C, VolumeName.of("s2"));
        clone("s2", "c2");
        writing("c2", volume -> volume.write(2L * clusterBytes(), cluster(9)));
        engine().seal(VolumeName.of("c2"), VolumeName.of("s3"));
        clone("s3", "c3");

        assertThat(content("c3")).isEqualTo(joined(cluster(1), cluster(2), cluster(9)));
        assertThat(summary("c3").parent()).contains(VolumeName.of("s3"));
        assertThat(summary("s3").parent()).contains(VolumeName.of("s2"));
    }

    @Test
    default void cloneRefusals() {
        snapshotAndClone();

        assertThatThrownBy(() -> clone("missing", "d")).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> clone("s", "c")).isInstanceOf(VolumeExists.class);
        assertThatThrownBy(() -> clone("c", "d")).isInstanceOf(IllegalArgumentException.class);
        assertThat(engine().list()).hasSize(2);
    }

    @Test
    default void inflatedCloneIsThickAndAlone() {
        byte[] bytes = snapshotAndClone();

        VolumeSummary inflated = engine().inflate(C);

        assertThat(inflated.provisioning()).isEqualTo(Provisioning.THICK);
        assertThat(inflated.parent()).isEmpty();
        assertThat(engine().find(C)).contains(inflated);
        assertThat(engine().allocated(C).containsAll(0, 3)).isTrue();
        assertThat(content("c")).isEqualTo(bytes);
        engine().delete(S);
        assertThat(content("c")).isEqualTo(bytes);
    }

    @Test
    default void inflateFillsAThinVolume() {
        thin("v", 3);
        writing("v", volume -> volume.write(clusterBytes(), cluster(1)));

        engine().inflate(VolumeName.of("v"));

        assertThat(engine().allocated(VolumeName.of("v")).count()).isEqualTo(3);
        assertThat(content("v")).isEqualTo(joined(new byte[clusterBytes()], cluster(1), new byte[clusterBytes()]));
    }

    @Test
    default void decoupledCloneHoldsWhatItsParentHeldAndIsAlone() {
        byte[] bytes = snapshotAndClone();

        VolumeSummary decoupled = engine().decouple(C);

        assertThat(decoupled.provisioning()).isEqualTo(Provisioning.THIN);
        assertThat(decoupled.parent()).isEmpty();
        assertThat(engine().allocated(C))
                .isEqualTo(ClusterMap.builder().add(0, 1).add(2, 1).build());
        assertThat(content("c")).isEqualTo(bytes);
        engine().delete(S);
        assertThat(content("c")).isEqualTo(bytes);
    }

    @Test
    default void decoupleKeepsTheClonesOwnBytes() {
        snapshotAndClone();
        writing("c", volume -> volume.write(0, cluster(7)));

        engine().decouple(C);

        assertThat(content("c")).isEqualTo(joined(cluster(7), new byte[clusterBytes()], cluster(3)));
    }

    @Test
    default void decoupleOfAVolumeWithoutParentDoesNothing() {
        filled("v", cluster(1));
        VolumeSummary before = summary("v");

        assertThat(engine().decouple(VolumeName.of("v"))).isEqualTo(before);
        assertThat(content("v")).isEqualTo(cluster(1));
    }

    @Test
    default void inflateAndDecoupleRefusals() {
        snapshotAndClone();
        VolumeName missing = VolumeName.of("missing");

        assertThatThrownBy(() -> engine().inflate(S)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().decouple(S)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().inflate(missing)).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> engine().decouple(missing)).isInstanceOf(VolumeNotFound.class);
    }

    @Test
    default void deletedParentIsMergedIntoItsOnlyChild() {
        snapshotAndClone();
        writing("c", volume -> volume.write(0, cluster(7)));

        engine().delete(S);

        assertThat(engine().find(S)).isEmpty();
        assertThat(summary("c").parent()).isEmpty();
        assertThat(content("c")).isEqualTo(joined(cluster(7), new byte[clusterBytes()], cluster(3)));
    }

    @Test
    default void childOfADeletedParentGoesToTheGrandparent() {
        byte[] bytes = snapshotAndClone();
        writing("c", volume -> volume.write(clusterBytes(), cluster(2)));
        engine().seal(C, VolumeName.of("middle"));
        clone("middle", "d");

        engine().delete(VolumeName.of("middle"));

        assertThat(summary("d").parent()).contains(S);
        assertThat(content("d")).isEqualTo(joined(cluster(1), cluster(2), cluster(3)));
        assertThat(content("s")).isEqualTo(bytes);
    }

    @Test
    default void openChildGoesOnWhenItsParentIsDeleted() {
        byte[] bytes = snapshotAndClone();
        try (AwaitedVolume child = AwaitedVolume.open(engine(), "c", Access.WRITE)) {
            engine().delete(S);

            assertThat(child.readAll()).isEqualTo(bytes);
            child.write(clusterBytes(), cluster(2)).flush();
        }
        assertThat(content("c")).isEqualTo(joined(cluster(1), cluster(2), cluster(3)));
    }

    @Test
    default void parentOfTwoCannotBeDeleted() {
        byte[] bytes = snapshotAndClone();
        clone("s", "d");

        VolumeInUse failure = catchThrowableOfType(VolumeInUse.class, () -> engine().delete(S));

        assertThat(failure.name()).isEqualTo(S);
        assertThat(failure.children()).containsExactlyInAnyOrder(C, VolumeName.of("d"));
        assertThat(content("c")).isEqualTo(bytes);
        engine().delete(VolumeName.of("d"));
        engine().delete(S);
        assertThat(content("c")).isEqualTo(bytes);
    }

    @Test
    default void deletedCloneLeavesItsParent() {
        byte[] bytes = snapshotAndClone();

        engine().delete(C);

        assertThat(content("s")).isEqualTo(bytes);
        engine().delete(S);
        assertThat(engine().list()).isEmpty();
    }
}
