// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which clusters differ between two volumes, without reading them. */
public interface DifferencesContract extends PoolUnderTest {
    private ClusterMap differing(String later, String earlier) {
        return engine().differing(VolumeName.of(later), VolumeName.of(earlier));
    }

    private void snapshot(String volume, String snapshot) {
        engine().snapshot(VolumeName.of(volume), VolumeName.of(snapshot));
    }

    /** Fails when a cluster that both have is not named, and is not the same all the same. */
    private void requireNamesAllThatDiffer(String later, String earlier) {
        byte[] now = content(later);
        byte[] then = content(earlier);
        ClusterMap named = differing(later, earlier);
        for (int at = 0; at < Math.min(now.length, then.length); at += clusterBytes()) {
            int end = at + clusterBytes();
            if (!Arrays.equals(now, at, end, then, at, end)) {
                assertThat(named.contains(at / clusterBytes()))
                        .as("cluster %d of %s, which is another in %s: %s", at / clusterBytes(), later, earlier, named)
                        .isTrue();
            }
        }
    }

    @Test
    default void whatWasWrittenBetweenTwoSnapshotsDiffers() {
        filled("v", joined(cluster(1), cluster(2), cluster(3)));
        snapshot("v", "s");
        writing("v", volume -> volume.write(clusterBytes(), cluster(9)));
        snapshot("v", "t");

        assertThat(differing("t", "s").contains(1)).isTrue();
        if (shares()) {
            assertThat(differing("t", "s"))
                    .isEqualTo(ClusterMap.builder().add(1, 1).build());
        }
        requireNamesAllThatDiffer("t", "s");
    }

    @Test
    default void nothingDiffersWhereNothingWasWritten() {
        filled("v", joined(cluster(1), cluster(2)));
        snapshot("v", "s");
        snapshot("v", "t");

        if (shares()) {
            assertThat(differing("t", "s")).isEqualTo(ClusterMap.empty());
            assertThat(differing("v", "s")).isEqualTo(ClusterMap.empty());
        }
        requireNamesAllThatDiffer("t", "s");
    }

    @Test
    default void aParentsParentIsAsGoodAsAParent() {
        filled("v", joined(cluster(1), cluster(2), cluster(3)));
        snapshot("v", "s");
        writing("v", volume -> volume.write(0, cluster(8)));
        snapshot("v", "t");
        writing("v", volume -> volume.write(2L * clusterBytes(), cluster(9)));
        snapshot("v", "u");
        engine().delete(VolumeName.of("t"));

        assertThat(differing("u", "s").contains(0)).isTrue();
        assertThat(differing("u", "s").contains(2)).isTrue();
        if (shares()) {
            assertThat(differing("u", "s").count()).isEqualTo(2);
        }
    }

    @Test
    default void aCloneDiffersFromItsSnapshotWhereItWasWritten() {
        sealed("s", joined(cluster(1), cluster(2)));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        writing("c", volume -> volume.write(clusterBytes(), cluster(3)));

        assertThat(differing("c", "s").contains(1)).isTrue();
        if (shares()) {
            assertThat(differing("c", "s").contains(0)).isFalse();
        }
        requireNamesAllThatDiffer("c", "s");
    }

    @Test
    default void clustersGivenBackDiffer() {
        filled("v", joined(cluster(1), cluster(2)));
        snapshot("v", "s");
        writing("v", volume -> volume.unmap(0, clusterBytes()));
        snapshot("v", "t");

        assertThat(differing("t", "s").contains(0)).isTrue();
        requireNamesAllThatDiffer("t", "s");
    }

    @Test
    default void volumesThatHaveNothingInCommonDifferInAllTheyHold() {
        filled("v", joined(cluster(1), cluster(2)));
        filled("w", joined(cluster(3), cluster(4)));

        assertThat(differing("v", "w").count()).isEqualTo(2);
    }

    @Test
    default void aVolumeThatIsNotThereDiffersFromNothing() {
        filled("v", cluster(1));

        assertThatThrownBy(() -> differing("v", "missing")).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> differing("missing", "v")).isInstanceOf(VolumeNotFound.class);
    }

    @Test
    default void whateverIsDoneAllThatDiffersIsNamed() {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            String volume = "v" + seed;
            thin(volume, 6);
            for (int step = 0; step < 3; step++) {
                for (int i = 0; i < 3; i++) {
                    long offset = (long) random.nextInt(6) * clusterBytes();
                    byte[] bytes = cluster(random.nextLong());
                    boolean writes = random.nextInt(3) > 0;
                    writing(
                            volume,
                            open -> (writes ? open.write(offset, bytes) : open.unmap(offset, clusterBytes())).flush());
                }
                snapshot(volume, volume + "-" + step);
            }
            requireNamesAllThatDiffer(volume + "-1", volume + "-0");
            requireNamesAllThatDiffer(volume + "-2", volume + "-0");
            requireNamesAllThatDiffer(volume, volume + "-0");
            engine().decouple(VolumeName.of(volume));
            requireNamesAllThatDiffer(volume, volume + "-1");
            for (String name : new String[] {volume, volume + "-0", volume + "-1", volume + "-2"}) {
                engine().delete(VolumeName.of(name));
            }
        }
    }
}
