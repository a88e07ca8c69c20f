// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;

/** Reading, writing, zeroing, unmapping, and what it allocates. */
public interface BytesContract extends PoolUnderTest {
    private ClusterMap allocated() {
        return engine().allocated(VolumeName.of("a"));
    }

    private void write(int cluster, byte[] bytes) {
        writing("a", volume -> volume.write((long) cluster * clusterBytes(), bytes));
    }

    @Test
    default void writtenClustersComeBackAndTheirNeighboursReadAsZeroes() {
        thin("a", 7);

        write(1, joined(cluster(1), cluster(2)));
        write(5, cluster(5));

        byte[] hole = new byte[clusterBytes()];
        assertThat(content("a")).isEqualTo(joined(hole, cluster(1), cluster(2), hole, hole, cluster(5), hole));
    }

    @Test
    default void wholeClusterWritesAllocateExactlyTheirClusters() {
        thin("a", 7);

        write(1, joined(cluster(1), cluster(2)));
        write(5, cluster(5));

        assertThat(allocated())
                .isEqualTo(ClusterMap.builder().add(1, 2).add(5, 1).build());
    }

    @Test
    default void lastClusterCanBeWritten() {
        thin("a", 3);

        write(2, cluster(1));

        assertThat(content("a")).isEqualTo(joined(new byte[2 * clusterBytes()], cluster(1)));
    }

    @Test
    default void laterWriteWins() {
        filled("a", cluster(1));

        write(0, cluster(2));

        assertThat(content("a")).isEqualTo(cluster(2));
        assertThat(allocated().count()).isEqualTo(1);
    }

    @Test
    default void smallestWriteLeavesTheRestOfItsCluster() {
        filled("a", cluster(1));
        byte[] expected = cluster(1);
        byte[] small = AwaitedVolume.pattern(2, ioBytes());
        int last = clusterBytes() - ioBytes();

        writing("a", volume -> volume.write(last, small));

        System.arraycopy(small, 0, expected, last, ioBytes());
        assertThat(content("a")).isEqualTo(expected);
    }

    @Test
    default void writeAcrossAClusterBorderComesBack() {
        filled("a", joined(cluster(1), cluster(2)));
        byte[] expected = joined(cluster(1), cluster(2));
        byte[] middle = AwaitedVolume.pattern(3, 2 * ioBytes());
        int at = clusterBytes() - ioBytes();

        writing("a", volume -> volume.write(at, middle));

        System.arraycopy(middle, 0, expected, at, middle.length);
        assertThat(content("a")).isEqualTo(expected);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.READ)) {
            assertThat(volume.read(at, middle.length)).isEqualTo(middle);
        }
    }

    @Test
    default void partialFirstWriteComesBack() {
        thin("a", 1);
        byte[] small = AwaitedVolume.pattern(1, ioBytes());

        writing("a", volume -> volume.write(0, small));

        // Of the rest of the cluster nothing is promised.
        assertThat(Arrays.copyOf(content("a"), ioBytes())).isEqualTo(small);
    }

    @Test
    default void zeroesCanBeWrittenAsData() {
        filled("a", cluster(1));

        write(0, new byte[clusterBytes()]);

        assertThat(content("a")).isEqualTo(new byte[clusterBytes()]);
    }

    @ParameterizedTest
    @EnumSource
    default void writeZeroesOfWholeClusters(Provisioning provisioning) {
        engine().create(VolumeName.of("a"), 4L * clusterBytes(), provisioning);
        write(0, joined(cluster(1), cluster(2)));

        writing("a", volume -> volume.writeZeroes(clusterBytes(), 2L * clusterBytes()));

        assertThat(content("a")).isEqualTo(joined(cluster(1), new byte[3 * clusterBytes()]));
    }

    @Test
    default void writeZeroesOfPartOfAHeldClusterLeavesItsRest() {
        filled("a", cluster(1));
        byte[] expected = cluster(1);

        writing("a", volume -> volume.writeZeroes(0, ioBytes()));

        Arrays.fill(expected, 0, ioBytes(), (byte) 0);
        assertThat(content("a")).isEqualTo(expected);
    }

    @Test
    default void writeZeroesWhereNothingIsReadsAsZeroes() {
        thin("a", 2);

        writing("a", volume -> volume.writeZeroes(0, 2L * clusterBytes()));

        assertThat(content("a")).isEqualTo(new byte[2 * clusterBytes()]);
    }

    @Test
    default void unmapGivesClustersBack() {
        filled("a", joined(cluster(1), cluster(2), cluster(3)));

        writing("a", volume -> volume.unmap(clusterBytes(), clusterBytes()));

        assertThat(content("a")).isEqualTo(joined(cluster(1), new byte[clusterBytes()], cluster(3)));
        assertThat(allocated())
                .isEqualTo(ClusterMap.builder().add(0, 1).add(2, 1).build());
    }

    @Test
    default void thickVolumeKeepsUnmappedClusters() {
        thick("a", 2);
        write(0, joined(cluster(1), cluster(2)));

        writing("a", volume -> volume.unmap(0, clusterBytes()));

        assertThat(content("a")).isEqualTo(joined(new byte[clusterBytes()], cluster(2)));
        assertThat(allocated().count()).isEqualTo(2);
    }

    @Test
    default void unmapWhereNothingIsChangesNothing() {
        thin("a", 2);

        writing("a", volume -> volume.unmap(0, 2L * clusterBytes()));

        assertThat(allocated().count()).isZero();
        assertThat(content("a")).isEqualTo(new byte[2 * clusterBytes()]);
    }

    @Test
    default void unmappedClusterCanBeWrittenAgain() {
        filled("a", cluster(1));
        writing("a", volume -> volume.unmap(0, clusterBytes()));

        write(0, cluster(2));

        assertThat(content("a")).isEqualTo(cluster(2));
    }

    @Test
    default void flushOfAnUntouchedVolumeSucceeds() {
        thin("a", 1);

        writing("a", AwaitedVolume::flush);

        assertThat(allocated().count()).isZero();
    }

    /** Many operations in pieces of any size, all under way at once, in random order. */
    @Test
    default void operationsThatDoNotOverlapMayAllBeUnderWayAtOnce() {
        int clusters = 16;
        byte[] expected = AwaitedVolume.pattern(7, clusters * clusterBytes());
        thin("a", clusters);
        List<Integer> pieces = new ArrayList<>();
        int pieceBytes = Math.max(ioBytes(), clusterBytes() / 4);
        for (int at = 0; at < expected.length; at += pieceBytes) {
            pieces.add(at);
        }
        Collections.shuffle(pieces, new Random(7));

        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            List<CompletionStage<Void>> writes = new ArrayList<>();
            for (int at : pieces) {
                byte[] piece = Arrays.copyOfRange(expected, at, at + pieceBytes);
                writes.add(volume.volume().write(at, AwaitedVolume.buffer(piece)));
            }
            writes.forEach(Stages::await);
            volume.flush();

            List<ByteBuffer> targets = new ArrayList<>();
            List<CompletionStage<Void>> reads = new ArrayList<>();
            for (int at : pieces) {
                ByteBuffer target = ByteBuffer.allocateDirect(pieceBytes);
                targets.add(target);
                reads.add(volume.volume().read(at, target));
            }
            reads.forEach(Stages::await);
            for (int i = 0; i < targets.size(); i++) {
                int at = pieces.get(i);
                assertThat(targets.get(i)).as("piece at %d", at).isEqualTo(ByteBuffer.wrap(expected, at, pieceBytes));
            }
        }
        assertThat(content("a")).isEqualTo(expected);
        assertThat(allocated().count()).isEqualTo(clusters);
    }

    /** Neighbours race to allocate their common cluster: none of them may lose its bytes by that. */
    @Test
    default void concurrentFirstWritesToOneClusterAllArrive() {
        int clusters = clusterBytes() < 1 << 20 ? 32 : 12;
        int pieceBytes = Math.max(ioBytes(), clusterBytes() / 4);
        for (int round = 0; round < 8; round++) {
            byte[] expected = AwaitedVolume.pattern(round, clusters * clusterBytes());
            thin("a", clusters);
            // One buffer for all, so that nothing but the engine's own work comes between the calls.
            ByteBuffer all = AwaitedVolume.buffer(expected);
            writing("a", volume -> {
                List<CompletionStage<Void>> writes = new ArrayList<>();
                for (int at = 0; at < expected.length; at += pieceBytes) {
                    writes.add(volume.volume().write(at, all.slice(at, pieceBytes)));
                }
                writes.forEach(Stages::await);
            });

            assertThat(content("a")).as("round %d", round).isEqualTo(expected);
            assertThat(allocated().count()).isEqualTo(clusters);
            engine().delete(VolumeName.of("a"));
        }
    }

    @Test
    default void operationsMayBeStartedFromACompletion() {
        thin("a", 2);
        ByteBuffer target = ByteBuffer.allocateDirect(2 * clusterBytes());
        try (AwaitedVolume handle = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            Volume volume = handle.volume();

            Stages.await(volume.write(0, AwaitedVolume.buffer(cluster(1)))
                    .thenCompose(done -> volume.write(clusterBytes(), AwaitedVolume.buffer(cluster(2))))
                    .thenCompose(done -> volume.flush())
                    .thenCompose(done -> volume.read(0, target)));
        }
        assertThat(target).isEqualTo(ByteBuffer.wrap(joined(cluster(1), cluster(2))));
    }
}
