// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Creating, finding, resizing, renaming and deleting. */
public interface VolumesContract extends PoolUnderTest {
    VolumeName A = VolumeName.of("a");
    VolumeName B = VolumeName.of("b");

    @Test
    default void newPoolIsEmpty() {
        assertThat(engine().list()).isEmpty();
        assertThat(engine().find(A)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    default void createdVolumeReadsAsZeroes(Provisioning provisioning) {
        engine().create(A, 3L * clusterBytes(), provisioning);

        assertThat(content("a")).isEqualTo(new byte[3 * clusterBytes()]);
    }

    @ParameterizedTest
    @EnumSource
    default void createdVolumeIsAsAskedFor(Provisioning provisioning) {
        VolumeSummary created = engine().create(A, 2L * clusterBytes(), provisioning);

        assertThat(created.name()).isEqualTo(A);
        assertThat(created.kind()).isEqualTo(VolumeKind.VOLUME);
        assertThat(created.provisioning()).isEqualTo(provisioning);
        assertThat(created.sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(created.parent()).isEmpty();
        assertThat(engine().find(A)).contains(created);
    }

    @Test
    default void createRoundsUpToWholeClusters() {
        assertThat(engine().create(A, 1, Provisioning.THIN).sizeBytes()).isEqualTo(clusterBytes());
        assertThat(engine().create(B, clusterBytes() + 1L, Provisioning.THIN).sizeBytes())
                .isEqualTo(2L * clusterBytes());
    }

    @Test
    default void createOfTakenNameFailsAndChangesNothing() {
        filled("a", cluster(1));

        VolumeExists failure = catchThrowableOfType(
                VolumeExists.class, () -> engine().create(A, 5L * clusterBytes(), Provisioning.THICK));

        assertThat(failure.name()).isEqualTo(A);
        assertThat(content("a")).isEqualTo(cluster(1));
        assertThat(engine().list()).hasSize(1);
    }

    @Test
    default void createUnderTheNameOfASnapshotFails() {
        sealed("a", cluster(1));

        assertThatThrownBy(() -> thin("a", 1)).isInstanceOf(VolumeExists.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    default void createRefusesASizeThatIsNotPositive(long sizeBytes) {
        assertThatThrownBy(() -> engine().create(A, sizeBytes, Provisioning.THIN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(engine().list()).isEmpty();
    }

    @Test
    default void listIsInTheOrderOfNames() {
        List<String> names = List.of("b.2", "a", "b", "0", "b-1", "z".repeat(VolumeName.LENGTH_MAX), "a0");
        names.forEach(name -> thin(name, 1));

        assertThat(engine().list())
                .extracting(summary -> summary.name().value())
                .containsExactlyElementsOf(names.stream().sorted().toList());
    }

    @Test
    default void thinVolumeHoldsNothing() {
        thin("a", 4);

        assertThat(engine().allocated(A).count()).isZero();
    }

    @Test
    default void thickVolumeHoldsEverything() {
        thick("a", 4);

        assertThat(engine().allocated(A).containsAll(0, 4)).isTrue();
        assertThat(engine().allocated(A).count()).isEqualTo(4);
    }

    @Test
    default void allocatedOfMissingVolumeFails() {
        assertThatThrownBy(() -> engine().allocated(A)).isInstanceOf(VolumeNotFound.class);
    }

    @ParameterizedTest
    @EnumSource
    default void resizeAddsZeroes(Provisioning provisioning) {
        engine().create(A, clusterBytes(), provisioning);
        writing("a", volume -> volume.write(0, cluster(1)));

        VolumeSummary resized = engine().resize(A, 2L * clusterBytes() + 1);

        assertThat(resized.sizeBytes()).isEqualTo(3L * clusterBytes());
        assertThat(resized.provisioning()).isEqualTo(provisioning);
        assertThat(engine().find(A)).contains(resized);
        assertThat(engine().allocated(A).count()).isEqualTo(provisioning == Provisioning.THICK ? 3 : 1);
        assertThat(content("a")).isEqualTo(joined(cluster(1), new byte[2 * clusterBytes()]));
    }

    @Test
    default void resizeToThePresentSizeChangesNothing() {
        filled("a", cluster(1));

        assertThat(engine().resize(A, clusterBytes())).isEqualTo(summary("a"));
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void resizeReachesOpenHandles() {
        thin("a", 1);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            engine().resize(A, 2L * clusterBytes());

            assertThat(volume.volume().sizeBytes()).isEqualTo(2L * clusterBytes());
            volume.write(clusterBytes(), cluster(2));
            assertThat(volume.readAll()).isEqualTo(joined(new byte[clusterBytes()], cluster(2)));
        }
    }

    @Test
    default void resizeNeverShrinks() {
        thin("a", 2);

        assertThatThrownBy(() -> engine().resize(A, clusterBytes())).isInstanceOf(IllegalArgumentException.class);
        assertThat(summary("a").sizeBytes()).isEqualTo(2L * clusterBytes());
    }

    @Test
    default void resizeOfSnapshotOrMissingVolumeFails() {
        sealed("a", cluster(1));

        assertThatThrownBy(() -> engine().resize(A, 9L * clusterBytes())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().resize(B, 9L * clusterBytes())).isInstanceOf(VolumeNotFound.class);
    }

    @ParameterizedTest
    @EnumSource
    default void cutTakesTheEndOff(Provisioning provisioning) {
        engine().create(A, 4L * clusterBytes(), provisioning);
        writing("a", volume -> volume.write(0, joined(cluster(1), cluster(2), cluster(3), cluster(4))));

        VolumeSummary cut = engine().cut(A, clusterBytes() + 1);

        assertThat(cut.sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(cut.provisioning()).isEqualTo(provisioning);
        assertThat(engine().find(A)).contains(cut);
        assertThat(engine().allocated(A).count()).isEqualTo(2);
        assertThat(content("a")).isEqualTo(joined(cluster(1), cluster(2)));
        engine().resize(A, 4L * clusterBytes());
        assertThat(content("a")).isEqualTo(joined(cluster(1), cluster(2), new byte[2 * clusterBytes()]));
    }

    @Test
    default void cutToThePresentSizeChangesNothing() {
        filled("a", cluster(1));

        assertThat(engine().cut(A, 1)).isEqualTo(summary("a"));
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void cutVolumeIsSealedAndClonedAtItsSize() {
        thin("a", 5);
        writing("a", volume -> volume.write(0, cluster(1)));

        engine().cut(A, 2L * clusterBytes());

        assertThat(engine().seal(A, VolumeName.of("s")).sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(engine().cloneOf(VolumeName.of("s"), B).sizeBytes()).isEqualTo(2L * clusterBytes());
        assertThat(content("b")).isEqualTo(joined(cluster(1), new byte[clusterBytes()]));
    }

    @Test
    default void cutOfAnOpenVolumeFails() {
        thin("a", 2);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.READ)) {
            assertThatThrownBy(() -> engine().cut(A, 1)).isInstanceOf(VolumeInUse.class);

            assertThat(volume.volume().sizeBytes()).isEqualTo(2L * clusterBytes());
        }
        assertThat(engine().cut(A, 1).sizeBytes()).isEqualTo(clusterBytes());
    }

    @Test
    default void cutOfSnapshotOrMissingVolumeOrToMoreFails() {
        sealed("a", joined(cluster(1), cluster(2)));
        thin("b", 2);

        assertThatThrownBy(() -> engine().cut(A, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().cut(B, 3L * clusterBytes())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().cut(B, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().cut(VolumeName.of("c"), 1)).isInstanceOf(VolumeNotFound.class);
        assertThat(summary("b").sizeBytes()).isEqualTo(2L * clusterBytes());
    }

    @Test
    default void renamedVolumeHasOnlyItsNewName() {
        filled("a", cluster(1));

        VolumeSummary renamed = engine().rename(A, B);

        assertThat(renamed.name()).isEqualTo(B);
        assertThat(engine().list()).containsExactly(renamed);
        assertThat(content("b")).isEqualTo(cluster(1));
        assertThat(engine().find(A)).isEmpty();
    }

    @Test
    default void renameKeepsHandlesOpen() {
        thin("a", 1);
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            volume.write(0, cluster(1));

            engine().rename(A, B);

            assertThat(volume.readAll()).isEqualTo(cluster(1));
            volume.write(0, cluster(2)).flush();
        }
        assertThat(content("b")).isEqualTo(cluster(2));
    }

    @Test
    default void renameToTakenNameChangesNothing() {
        filled("a", cluster(1));
        filled("b", cluster(2));

        assertThatThrownBy(() -> engine().rename(A, B)).isInstanceOf(VolumeExists.class);
        assertThat(content("a")).isEqualTo(cluster(1));
        assertThat(content("b")).isEqualTo(cluster(2));
    }

    @Test
    default void renameOfSnapshotOrMissingVolumeFails() {
        sealed("a", cluster(1));

        assertThatThrownBy(() -> engine().rename(A, B)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine().rename(B, VolumeName.of("c"))).isInstanceOf(VolumeNotFound.class);
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void deletedVolumeIsGone() {
        filled("a", cluster(1));

        engine().delete(A);

        assertThat(engine().list()).isEmpty();
        assertThatThrownBy(() -> engine().open(A, Access.READ)).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> engine().delete(A)).isInstanceOf(VolumeNotFound.class);
    }

    // INVARIANT I-6
    @ParameterizedTest
    @EnumSource
    default void bytesOfADeletedVolumeAreNeverReadAgain(Provisioning provisioning) {
        byte[] secret = AwaitedVolume.pattern(1, 8 * clusterBytes());
        filled("a", secret);
        engine().delete(A);

        engine().create(A, 8L * clusterBytes(), provisioning);

        assertThat(content("a")).isEqualTo(new byte[8 * clusterBytes()]);
    }

    @Test
    default void deleteIsRefusedWhileAHandleIsOpen() {
        filled("a", cluster(1));
        for (Access access : Access.values()) {
            try (Volume open = engine().open(A, access)) {
                VolumeInUse failure = catchThrowableOfType(VolumeInUse.class, () -> engine().delete(open.name()));

                assertThat(failure.name()).isEqualTo(A);
                assertThat(failure.children()).isEmpty();
            }
        }
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void ofManyCreatingOneNameExactlyOneSucceeds() {
        AtomicInteger created = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();

        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> {
                            try {
                                thin("a", 1);
                                created.incrementAndGet();
                            } catch (VolumeExists taken) {
                                refused.incrementAndGet();
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(created).hasValue(1);
        assertThat(refused).hasValue(7);
    }

    @Test
    default void volumesAreCreatedAndDeletedSideBySide() {
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> {
                            filled("v" + i, cluster(i));
                            assertThat(content("v" + i)).isEqualTo(cluster(i));
                            if (i % 2 == 0) {
                                engine().delete(VolumeName.of("v" + i));
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(engine().list())
                .extracting(summary -> summary.name().value())
                .containsExactly("v1", "v3", "v5", "v7");
    }
}
