// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.NoSpace;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is used, and what happens when nothing is left. The pool holds {@link #CAPACITY_CLUSTERS} clusters, and what may be left
 * beside them is less than one.
 */
public interface CapacityContract extends PoolUnderTest {
    private void assumeShares() {
        Assumptions.assumeTrue(shares(), "this engine copies clusters instead of sharing them");
    }

    private long free() {
        return engine().usage().freeClusters();
    }

    /** Leaves exactly this many clusters free. */
    private void fillUpTo(long freeClusters) {
        thick("ballast", Math.toIntExact(free() - freeClusters));
        assertThat(free()).isEqualTo(freeClusters);
    }

    /** As AssertJ would, but a million bytes at a time. */
    private static void assertStartsWith(byte[] found, byte[] expected) {
        assertThat(Arrays.copyOf(found, expected.length)).isEqualTo(expected);
    }

    @Test
    default void usageCountsWholePool() {
        PoolUsage usage = engine().usage();

        assertThat(usage.totalClusters()).isEqualTo(CAPACITY_CLUSTERS);
        assertThat(usage.freeClusters()).isPositive();
    }

    @Test
    default void usageFollowsWhatIsAllocatedAndGivenBack() {
        long before = free();

        thin("a", 8);
        assertThat(free()).as("a thin volume takes nothing").isEqualTo(before);
        writing("a", volume -> volume.write(0, joined(cluster(1), cluster(2), cluster(3))));
        assertThat(free()).isEqualTo(before - 3);
        assertThat(engine().usage().usedBytes()).isEqualTo((CAPACITY_CLUSTERS - free()) * clusterBytes());
        writing("a", volume -> volume.unmap(0, clusterBytes()));
        assertThat(free()).isEqualTo(before - 2);
        thick("b", 4);
        assertThat(free()).isEqualTo(before - 6);
        engine().delete(VolumeName.of("a"));
        engine().delete(VolumeName.of("b"));
        assertThat(free()).isEqualTo(before);
    }

    @Test
    default void mergingADeletedParentFreesWhatTheChildHides() {
        assumeShares();
        long before = free();
        sealed("s", joined(cluster(1), cluster(2), cluster(3)));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        writing("c", volume -> volume.write(0, cluster(7)));
        assertThat(free()).isEqualTo(before - 4);

        engine().delete(VolumeName.of("s"));

        assertThat(free()).isEqualTo(before - 3);
        assertThat(engine().allocated(VolumeName.of("c")).count()).isEqualTo(3);
    }

    @Test
    default void writeIntoAFullPoolFailsAndThePoolStaysUsable() {
        thin("a", 8);
        fillUpTo(2);
        writing("a", volume -> {
            volume.write(0, joined(cluster(1), cluster(2)));

            NoSpace failure = catchThrowableOfType(NoSpace.class, () -> volume.write(2L * clusterBytes(), cluster(3)));

            assertThat(failure.requestedBytes()).isPositive();
            assertThat(failure.availableBytes()).isZero();
            assertThat(failure.kind()).isEqualTo(EngineException.Kind.EXHAUSTED);
            // What is held can still be overwritten, through the same handle.
            volume.write(0, cluster(4));
        });
        assertStartsWith(content("a"), joined(cluster(4), cluster(2)));
        engine().delete(VolumeName.of("ballast"));
        writing("a", volume -> volume.write(2L * clusterBytes(), cluster(3)));
        assertStartsWith(content("a"), joined(cluster(4), cluster(2), cluster(3)));
    }

    @Test
    default void writeThatFitsOnlyInPartFails() {
        thin("a", 8);
        fillUpTo(2);
        byte[] bytes = AwaitedVolume.pattern(1, 4 * clusterBytes());

        writing("a", volume -> assertThatThrownBy(() -> volume.write(0, bytes)).isInstanceOf(NoSpace.class));

        assertThat(free()).isBetween(0L, 2L);
        engine().delete(VolumeName.of("ballast"));
        writing("a", volume -> volume.write(0, bytes));
        assertStartsWith(content("a"), bytes);
    }

    @Test
    default void thickVolumeThatDoesNotFitLeavesNothing() {
        long before = free();

        NoSpace failure = catchThrowableOfType(NoSpace.class, () -> thick("a", CAPACITY_CLUSTERS + 1));

        assertThat(failure.requestedBytes()).isGreaterThan(failure.availableBytes());
        assertThat(engine().list()).isEmpty();
        assertThat(free()).isEqualTo(before);
    }

    @Test
    default void thickVolumeThatCannotGrowStaysAsItIs() {
        thick("a", 2);
        writing("a", volume -> volume.write(0, cluster(1)));
        long before = free();

        assertThatThrownBy(() -> engine().resize(VolumeName.of("a"), (CAPACITY_CLUSTERS + 1L) * clusterBytes()))
                .isInstanceOf(NoSpace.class);

        assertThat(summary("a").sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(free()).isEqualTo(before);
        assertThat(content("a")).isEqualTo(joined(cluster(1), new byte[clusterBytes()]));
    }

    @Test
    default void cutGivesClustersBack() {
        thick("a", 4);
        writing("a", volume -> volume.write(0, joined(cluster(1), cluster(2), cluster(3), cluster(4))));
        long before = free();

        engine().cut(VolumeName.of("a"), clusterBytes());

        assertThat(free()).isEqualTo(before + 3);
        assertThat(content("a")).isEqualTo(cluster(1));
        thick("b", 3);
        assertThat(content("b")).isEqualTo(new byte[3 * clusterBytes()]);
    }

    @Test
    default void thinVolumesMayPromiseMoreThanThereIs() {

        assertThat(thin("a", 10 * CAPACITY_CLUSTERS).sizeBytes()).isEqualTo(10L * CAPACITY_CLUSTERS * clusterBytes());
    }

    @Test
    default void inflateThatDoesNotFitLeavesACorrectVolume() {
        filled("a", cluster(1));
        engine().resize(VolumeName.of("a"), 4L * clusterBytes());
        fillUpTo(2);

        NoSpace failure = catchThrowableOfType(NoSpace.class, () -> engine().inflate(VolumeName.of("a")));

        assertThat(failure.requestedBytes()).isEqualTo(3L * clusterBytes());
        assertThat(failure.availableBytes() / clusterBytes()).isEqualTo(2);
        assertThat(free()).as("nothing is taken from the others").isEqualTo(2);
        assertThat(content("a")).isEqualTo(joined(cluster(1), new byte[3 * clusterBytes()]));
        engine().delete(VolumeName.of("ballast"));
        assertThat(engine().inflate(VolumeName.of("a")).provisioning()).isEqualTo(Provisioning.THICK);
    }

    @Test
    default void inflateThatFitsOnlyAsFarAsItsParentTakesNothing() {
        assumeShares();
        sealed("s", joined(cluster(1), cluster(2)));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        engine().resize(VolumeName.of("c"), 4L * clusterBytes());
        fillUpTo(3);

        assertThatThrownBy(() -> engine().inflate(VolumeName.of("c"))).isInstanceOf(NoSpace.class);

        assertThat(free()).isEqualTo(3);
        assertThat(summary("c").parent()).contains(VolumeName.of("s"));
        assertThat(content("c")).isEqualTo(joined(cluster(1), cluster(2), new byte[2 * clusterBytes()]));
    }

    @Test
    default void decoupleThatDoesNotFitLeavesACorrectVolume() {
        assumeShares();
        byte[] bytes = joined(cluster(1), cluster(2), cluster(3));
        sealed("s", bytes);
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));
        fillUpTo(1);

        assertThatThrownBy(() -> engine().decouple(VolumeName.of("c"))).isInstanceOf(NoSpace.class);

        assertThat(free()).as("nothing is taken from the others").isEqualTo(1);
        assertThat(content("c")).isEqualTo(bytes);
        assertThat(content("s")).isEqualTo(bytes);
    }

    @Test
    default void copyThatDoesNotFitLeavesNothing() {
        Assumptions.assumeFalse(shares(), "a clone shares clusters in this engine, so it needs no space");
        sealed("s", joined(cluster(1), cluster(2), cluster(3)));
        fillUpTo(1);

        assertThatThrownBy(() -> engine().cloneOf(VolumeName.of("s"), VolumeName.of("c")))
                .isInstanceOf(NoSpace.class);

        assertThat(engine().find(VolumeName.of("c"))).isEmpty();
        assertThat(free()).isEqualTo(1);
    }
}
