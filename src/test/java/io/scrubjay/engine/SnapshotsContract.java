// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Snapshots, and sealing. */
public interface SnapshotsContract extends PoolUnderTest {
    private VolumeSummary snapshot(String volume, String snapshot) {
        return engine().snapshot(VolumeName.of(volume), VolumeName.of(snapshot));
    }

    private VolumeSummary seal(String volume, String snapshot) {
        return engine().seal(VolumeName.of(volume), VolumeName.of(snapshot));
    }

    @Test
    default void snapshotIsWhatTheVolumeWas() {
        filled("v", joined(cluster(1), cluster(2)));

        VolumeSummary made = snapshot("v", "s");

        assertThat(made.name()).isEqualTo(VolumeName.of("s"));
        assertThat(made.kind()).isEqualTo(VolumeKind.SNAPSHOT);
        assertThat(made.sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(engine().find(VolumeName.of("s"))).contains(made);
        assertThat(content("s")).isEqualTo(joined(cluster(1), cluster(2)));
        assertThat(content("v")).isEqualTo(joined(cluster(1), cluster(2)));
        assertThat(summary("v").kind()).isEqualTo(VolumeKind.VOLUME);
    }

    @ParameterizedTest
    @EnumSource
    default void snapshotStaysWhateverIsDoneToTheVolume(Provisioning provisioning) {
        byte[] before = joined(cluster(1), cluster(2), cluster(3), cluster(4));
        engine().create(VolumeName.of("v"), before.length, provisioning);
        writing("v", volume -> volume.write(0, before));
        snapshot("v", "s");

        writing(
                "v",
                volume -> volume.write(0, cluster(9))
                        .writeZeroes(clusterBytes(), ioBytes())
                        .unmap(2L * clusterBytes(), clusterBytes()));
        engine().resize(VolumeName.of("v"), 6L * clusterBytes());

        byte[] zeroedStart = cluster(2);
        Arrays.fill(zeroedStart, 0, ioBytes(), (byte) 0);
        assertThat(content("v"))
                .isEqualTo(joined(
                        cluster(9), zeroedStart, new byte[clusterBytes()], cluster(4), new byte[2 * clusterBytes()]));
        assertThat(content("s")).isEqualTo(before);
        engine().delete(VolumeName.of("v"));
        assertThat(content("s")).isEqualTo(before);
    }

    @Test
    default void snapshotTakesCompletedWritesOfAnOpenHandleAndLetsItGoOn() {
        thin("v", 2);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "v", Access.WRITE)) {
            volume.write(0, cluster(1));

            snapshot("v", "s");

            volume.write(0, cluster(2)).write(clusterBytes(), cluster(3)).flush();
            assertThat(volume.readAll()).isEqualTo(joined(cluster(2), cluster(3)));
        }
        assertThat(content("s")).isEqualTo(joined(cluster(1), new byte[clusterBytes()]));
        assertThat(content("v")).isEqualTo(joined(cluster(2), cluster(3)));
    }

    @Test
    default void readingHandleOfTheVolumeSurvivesItsSnapshot() {
        filled("v", cluster(1));
        try (AwaitedVolume reader = AwaitedVolume.open(engine(), "v", Access.READ)) {
            snapshot("v", "s");

            writing("v", volume -> volume.write(0, cluster(2)));

            assertThat(reader.readAll()).isEqualTo(cluster(2));
        }
    }

    @Test
    default void manySnapshotsOfOneVolumeEachKeepTheirTime() {
        thin("v", 2);
        for (int i = 1; i <= 4; i++) {
            byte[] bytes = cluster(i);
            writing("v", volume -> volume.write(0, bytes));
            snapshot("v", "s" + i);
        }

        for (int i = 1; i <= 4; i++) {
            assertThat(content("s" + i)).isEqualTo(joined(cluster(i), new byte[clusterBytes()]));
        }
    }

    @Test
    default void snapshotBecomesTheParentWhereDataAreShared() {
        filled("v", cluster(1));
        snapshot("v", "s");
        snapshot("v", "t");

        if (shares()) {
            assertThat(summary("v").parent()).contains(VolumeName.of("t"));
            assertThat(summary("t").parent()).contains(VolumeName.of("s"));
            assertThat(engine().allocated(VolumeName.of("v"))).isEqualTo(ClusterMap.empty());
        }
        assertThat(summary("s").parent()).isEmpty();
        assertThat(engine().allocated(VolumeName.of("s")).count()).isEqualTo(1);
    }

    @Test
    default void snapshotRefusals() {
        filled("v", cluster(1));
        snapshot("v", "s");
        thin("taken", 1);

        assertThatThrownBy(() -> snapshot("missing", "t")).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> snapshot("v", "s")).isInstanceOf(VolumeExists.class);
        assertThatThrownBy(() -> snapshot("v", "taken")).isInstanceOf(VolumeExists.class);
        assertThatThrownBy(() -> snapshot("s", "t")).isInstanceOf(IllegalArgumentException.class);
        assertThat(engine().list()).hasSize(3);
        assertThat(content("v")).isEqualTo(cluster(1));
    }

    @Test
    default void sealTurnsTheVolumeIntoTheSnapshot() {
        thin("v", 3);
        writing("v", volume -> volume.write(clusterBytes(), cluster(1)));
        ClusterMap before = engine().allocated(VolumeName.of("v"));

        VolumeSummary sealed = seal("v", "s");

        assertThat(sealed.name()).isEqualTo(VolumeName.of("s"));
        assertThat(sealed.kind()).isEqualTo(VolumeKind.SNAPSHOT);
        assertThat(sealed.sizeBytes()).isEqualTo(3L * clusterBytes());
        assertThat(sealed.parent()).isEmpty();
        assertThat(engine().list()).containsExactly(sealed);
        assertThat(engine().allocated(VolumeName.of("s"))).isEqualTo(before);
        assertThat(content("s")).isEqualTo(joined(new byte[clusterBytes()], cluster(1), new byte[clusterBytes()]));
    }

    @Test
    default void sealedVolumesNameCanBeUsedAgain() {
        filled("v", cluster(1));
        seal("v", "s");

        filled("v", cluster(2));

        assertThat(content("s")).isEqualTo(cluster(1));
        assertThat(content("v")).isEqualTo(cluster(2));
    }

    @Test
    default void sealOfACloneKeepsItsParent() {
        sealed("s", joined(cluster(1), cluster(2)));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        writing("c", volume -> volume.write(0, cluster(3)));

        VolumeSummary sealed = seal("c", "t");

        assertThat(sealed.parent()).contains(VolumeName.of("s"));
        assertThat(content("t")).isEqualTo(joined(cluster(3), cluster(2)));
        assertThat(content("s")).isEqualTo(joined(cluster(1), cluster(2)));
    }

    @ParameterizedTest
    @EnumSource
    default void sealIsRefusedWhileAHandleIsOpen(Access access) {
        filled("v", cluster(1));
        try (Volume open = engine().open(VolumeName.of("v"), access)) {
            VolumeInUse failure = catchThrowableOfType(VolumeInUse.class, () -> seal("v", "s"));
            assertThat(failure.name()).isEqualTo(open.name());
            assertThat(failure.children()).isEmpty();
        }
        assertThat(engine().find(VolumeName.of("s"))).isEmpty();
        assertThat(seal("v", "s").kind()).isEqualTo(VolumeKind.SNAPSHOT);
    }

    @Test
    default void sealRefusals() {
        filled("v", cluster(1));
        sealed("s", cluster(2));

        assertThatThrownBy(() -> seal("missing", "t")).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> seal("v", "s")).isInstanceOf(VolumeExists.class);
        assertThat(content("v")).isEqualTo(cluster(1));
        assertThat(summary("v").kind()).isEqualTo(VolumeKind.VOLUME);
        assertThat(content("s")).isEqualTo(cluster(2));
    }
}
