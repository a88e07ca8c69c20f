// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What is there when the pool is opened again. Nothing here closes gracefully what it does not have to. */
public interface DurabilityContract extends PoolUnderTest {
    @Test
    default void flushedBytesSurviveWithTheirHandleStillOpen() {
        thin("a", 3);
        AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE);
        volume.write(0, cluster(1)).write(clusterBytes(), cluster(2)).flush();
        volume.writeZeroes(0, clusterBytes()).flush();

        reopen();

        assertThat(content("a")).isEqualTo(joined(new byte[clusterBytes()], cluster(2), new byte[clusterBytes()]));
    }

    @Test
    default void flushedUnmapSurvives() {
        filled("a", joined(cluster(1), cluster(2)));
        writing("a", volume -> volume.unmap(0, clusterBytes()));

        reopen();

        assertThat(content("a")).isEqualTo(joined(new byte[clusterBytes()], cluster(2)));
        assertThat(engine().allocated(VolumeName.of("a")).count()).isEqualTo(1);
    }

    @Test
    default void flushedOverwriteSurvivesWhateverCameAfter() {
        filled("a", cluster(1));
        writing("a", volume -> volume.write(0, cluster(2)));
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            volume.write(0, cluster(3));
        }

        reopen();

        byte[] found = content("a");
        byte[] flushed = cluster(2);
        byte[] later = cluster(3);
        for (int at = 0; at < clusterBytes(); at += ioBytes()) {
            int end = at + ioBytes();
            boolean isEither =
                    Arrays.equals(found, at, end, flushed, at, end) || Arrays.equals(found, at, end, later, at, end);
            assertThat(isEither)
                    .as("block at %d is the flushed one or the one that was not flushed, nothing else", at)
                    .isTrue();
        }
    }

    @Test
    default void everyKindOfVolumeSurvives() {
        filled("thin", cluster(1));
        thick("thick", 2);
        sealed("image", joined(cluster(2), cluster(3)));
        engine().cloneOf(VolumeName.of("image"), VolumeName.of("clone"));
        writing("clone", volume -> volume.write(0, cluster(4)));
        engine().snapshot(VolumeName.of("clone"), VolumeName.of("clone-s"));
        engine().resize(VolumeName.of("thin"), 5L * clusterBytes());
        engine().create(VolumeName.of("inflated"), 2L * clusterBytes(), Provisioning.THIN);
        engine().inflate(VolumeName.of("inflated"));
        filled("cut", joined(cluster(5), cluster(6), cluster(7)));
        engine().cut(VolumeName.of("cut"), 2L * clusterBytes());
        List<VolumeSummary> before = engine().list();
        List<ClusterMap> mapsBefore =
                before.stream().map(volume -> engine().allocated(volume.name())).toList();
        EngineTraits traitsBefore = engine().traits();

        reopen();

        assertThat(engine().list()).isEqualTo(before);
        assertThat(before.stream()
                        .map(volume -> engine().allocated(volume.name()))
                        .toList())
                .isEqualTo(mapsBefore);
        assertThat(engine().traits()).isEqualTo(traitsBefore);
        assertThat(content("thin")).isEqualTo(joined(cluster(1), new byte[4 * clusterBytes()]));
        assertThat(content("cut")).isEqualTo(joined(cluster(5), cluster(6)));
        assertThat(content("thick")).isEqualTo(new byte[2 * clusterBytes()]);
        assertThat(content("image")).isEqualTo(joined(cluster(2), cluster(3)));
        assertThat(content("clone")).isEqualTo(joined(cluster(4), cluster(3)));
        assertThat(content("clone-s")).isEqualTo(joined(cluster(4), cluster(3)));
    }

    @Test
    default void deletedVolumesStayDeleted() {
        filled("a", cluster(1));
        sealed("s", cluster(2));
        engine().delete(VolumeName.of("a"));
        engine().delete(VolumeName.of("s"));

        reopen();

        assertThat(engine().list()).isEmpty();
    }

    @Test
    default void mergedChildSurvives() {
        sealed("s", joined(cluster(1), cluster(2)));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        writing("c", volume -> volume.write(0, cluster(3)));
        engine().delete(VolumeName.of("s"));

        reopen();

        assertThat(summary("c").parent()).isEmpty();
        assertThat(content("c")).isEqualTo(joined(cluster(3), cluster(2)));
    }

    @Test
    default void renamedVolumeKeepsItsNewName() {
        filled("a", cluster(1));
        engine().rename(VolumeName.of("a"), VolumeName.of("b"));

        reopen();

        assertThat(engine().list()).extracting(volume -> volume.name().value()).containsExactly("b");
        assertThat(content("b")).isEqualTo(cluster(1));
    }

    @Test
    default void renamedParentIsStillTheParent() {
        sealed("s", cluster(1));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        engine().rename(VolumeName.of("c"), VolumeName.of("d"));
        engine().snapshot(VolumeName.of("d"), VolumeName.of("t"));

        reopen();

        assertThat(content("d")).isEqualTo(cluster(1));
        assertThat(content("t")).isEqualTo(cluster(1));
    }

    @Test
    default void sealMakesUnflushedBytesDurable() {
        thin("head", 2);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "head", Access.WRITE)) {
            volume.write(0, joined(cluster(1), cluster(2)));
        }
        engine().seal(VolumeName.of("head"), VolumeName.of("s"));

        reopen();

        assertThat(engine().list()).extracting(volume -> volume.name().value()).containsExactly("s");
        assertThat(content("s")).isEqualTo(joined(cluster(1), cluster(2)));
    }

    @Test
    default void snapshotMakesTheBytesInItDurable() {
        thin("v", 1);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "v", Access.WRITE)) {
            volume.write(0, cluster(1));
            engine().snapshot(VolumeName.of("v"), VolumeName.of("s"));
        }

        reopen();

        assertThat(content("s")).isEqualTo(cluster(1));
    }

    @Test
    default void usageIsTheSameAfterReopening() {
        filled("a", joined(cluster(1), cluster(2)));
        sealed("s", cluster(3));
        PoolUsage before = engine().usage();

        reopen();

        if (limitsCapacity()) {
            assertThat(engine().usage()).isEqualTo(before);
        }
        assertThat(engine().usage().usedBytes()).isPositive();
    }
}
