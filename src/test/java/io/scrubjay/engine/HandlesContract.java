// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Opening and closing handles, and the buffers given to them. */
public interface HandlesContract extends PoolUnderTest {
    @ParameterizedTest
    @EnumSource
    default void openOfMissingVolumeFails(Access access) {
        VolumeName missing = VolumeName.of("missing");

        VolumeNotFound failure = catchThrowableOfType(VolumeNotFound.class, () -> engine().open(missing, access));

        assertThat(failure.name()).isEqualTo(missing);
    }

    @Test
    default void handleKnowsItsVolume() {
        thin("a", 3);
        try (Volume volume = engine().open(VolumeName.of("a"), Access.READ)) {
            assertThat(volume.name()).isEqualTo(VolumeName.of("a"));
            assertThat(volume.sizeBytes()).isEqualTo(3L * clusterBytes());
        }
    }

    @Test
    default void secondWriteHandleIsRefused() {
        thin("a", 1);
        try (Volume first = engine().open(VolumeName.of("a"), Access.WRITE)) {
            VolumeInUse failure =
                    catchThrowableOfType(VolumeInUse.class, () -> engine().open(first.name(), Access.WRITE));

            assertThat(failure.name()).isEqualTo(first.name());
            assertThat(failure.children()).isEmpty();
        }
        // Once closed it can be opened again.
        writing("a", volume -> volume.write(0, cluster(1)));
    }

    @Test
    default void writeHandlesOfDifferentVolumesAreIndependent() {
        thin("a", 1);
        thin("b", 1);
        try (AwaitedVolume a = AwaitedVolume.open(engine(), "a", Access.WRITE);
                AwaitedVolume b = AwaitedVolume.open(engine(), "b", Access.WRITE)) {
            a.write(0, cluster(1));
            b.write(0, cluster(2));
            assertThat(a.readAll()).isEqualTo(cluster(1));
            assertThat(b.readAll()).isEqualTo(cluster(2));
        }
    }

    @Test
    default void anyNumberOfHandlesReads() {
        filled("a", cluster(1));
        List<AwaitedVolume> handles = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            handles.add(AwaitedVolume.open(engine(), "a", i % 2 == 0 ? Access.READ : Access.VERIFY));
        }

        handles.forEach(
                handle -> assertThat(handle.readAll()).as("all handles open").isEqualTo(cluster(1)));
        handles.get(0).close();
        assertThat(handles.get(1).readAll()).as("another one closed").isEqualTo(cluster(1));
        handles.forEach(AwaitedVolume::close);
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"READ", "VERIFY"})
    default void handleBesideTheWritersSeesWhatWasFlushed(Access access) {
        thin("a", 2);
        try (AwaitedVolume writer = AwaitedVolume.open(engine(), "a", Access.WRITE);
                AwaitedVolume reader = AwaitedVolume.open(engine(), "a", access)) {
            writer.write(0, cluster(1)).flush();
            assertThat(reader.read(0, clusterBytes())).isEqualTo(cluster(1));

            writer.write(0, cluster(2)).flush();
            assertThat(reader.read(0, clusterBytes())).isEqualTo(cluster(2));
        }
    }

    @Test
    default void writerReadsWhatItWrote() {
        thin("a", 1);
        try (AwaitedVolume writer = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            assertThat(writer.write(0, cluster(1)).readAll()).isEqualTo(cluster(1));
        }
    }

    @Test
    default void closingTwiceIsHarmless() {
        thin("a", 1);
        Volume first = engine().open(VolumeName.of("a"), Access.WRITE);
        first.close();
        try (Volume second = engine().open(VolumeName.of("a"), Access.WRITE)) {
            first.close();

            // The second close must not have given the other handle's right to write away.
            assertThatThrownBy(() -> engine().open(second.name(), Access.WRITE)).isInstanceOf(VolumeInUse.class);
        }
    }

    @Test
    default void closedReaderLeavesTheWriterItsRight() {
        thin("a", 1);
        try (Volume writer = engine().open(VolumeName.of("a"), Access.WRITE)) {
            engine().open(writer.name(), Access.READ).close();

            assertThatThrownBy(() -> engine().open(writer.name(), Access.WRITE)).isInstanceOf(VolumeInUse.class);
        }
    }

    @Test
    default void closeWaitsForOperationsUnderWay() {
        thin("a", 16);
        Volume volume = engine().open(VolumeName.of("a"), Access.WRITE);
        for (int i = 0; i < 16; i++) {
            var unwaited = volume.write((long) i * clusterBytes(), AwaitedVolume.buffer(cluster(i)));
            assertThat(unwaited).isNotNull();
        }

        volume.close();

        try (AwaitedVolume reader = AwaitedVolume.open(engine(), "a", Access.READ)) {
            for (int i = 0; i < 16; i++) {
                assertThat(reader.read((long) i * clusterBytes(), clusterBytes()))
                        .isEqualTo(cluster(i));
            }
        }
    }

    @Test
    default void readLeavesPositionLimitAndTheRestOfTheBuffer() {
        filled("a", cluster(1));
        try (Volume volume = engine().open(VolumeName.of("a"), Access.READ)) {
            ByteBuffer target = AwaitedVolume.buffer(AwaitedVolume.pattern(9, 4 * ioBytes()));
            target.position(ioBytes()).limit(2 * ioBytes());

            Stages.await(volume.read(0, target));

            assertThat(target.position()).isEqualTo(ioBytes());
            assertThat(target.limit()).isEqualTo(2 * ioBytes());
            byte[] all = new byte[4 * ioBytes()];
            target.clear().get(0, all);
            byte[] expected = AwaitedVolume.pattern(9, 4 * ioBytes());
            System.arraycopy(cluster(1), 0, expected, ioBytes(), ioBytes());
            assertThat(all).isEqualTo(expected);
        }
    }

    @Test
    default void writeTakesWhatIsBetweenPositionAndLimitAndLeavesThem() {
        byte[] bytes = AwaitedVolume.pattern(5, 3 * clusterBytes());
        thin("a", 1);
        writing("a", volume -> {
            ByteBuffer source = AwaitedVolume.buffer(bytes);
            source.position(clusterBytes()).limit(2 * clusterBytes());

            Stages.await(volume.volume().write(0, source));

            assertThat(source.position()).isEqualTo(clusterBytes());
            assertThat(source.limit()).isEqualTo(2 * clusterBytes());
        });
        assertThat(content("a")).isEqualTo(Arrays.copyOfRange(bytes, clusterBytes(), 2 * clusterBytes()));
    }

    @ParameterizedTest
    @EnumSource
    default void heapAndUnalignedBuffersServeToo(Access access) {
        thin("a", 1);
        writing("a", volume -> {
            ByteBuffer source = ByteBuffer.allocateDirect(clusterBytes() + 7).position(7);
            source.put(cluster(1)).position(7);
            Stages.await(volume.volume().write(0, source));
        });
        writing(
                "a",
                volume -> Stages.await(
                        volume.volume().write(0, ByteBuffer.wrap(cluster(2)).asReadOnlyBuffer())));

        ByteBuffer heap = ByteBuffer.allocate(clusterBytes() + 3).position(3);
        ByteBuffer direct = ByteBuffer.allocateDirect(clusterBytes() + 5).position(5);
        try (Volume volume = engine().open(VolumeName.of("a"), access)) {
            Stages.await(volume.read(0, heap));
            Stages.await(volume.read(0, direct));
        }

        assertThat(heap).isEqualTo(ByteBuffer.wrap(cluster(2)));
        assertThat(direct).isEqualTo(ByteBuffer.wrap(cluster(2)));
    }

    @Test
    default void secondOpeningOfThePoolIsRefused() {
        assertThatThrownBy(this::openAgain).isInstanceOf(EngineException.PoolUnusable.class);
        // And the first is not disturbed by it.
        filled("a", cluster(1));
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void closingTheEngineTwiceIsHarmless() {
        StorageEngine first = engine();
        reopen();

        first.close();

        assertThatThrownBy(this::openAgain).isInstanceOf(EngineException.PoolUnusable.class);
    }

    @Test
    default void closedEngineIsOfNoUse() {
        filled("a", cluster(1));
        StorageEngine closed = engine();
        Volume orphan = closed.open(VolumeName.of("a"), Access.READ);
        reopen();

        assertThatThrownBy(closed::list).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.create(VolumeName.of("b"), 1, Provisioning.THIN))
                .isInstanceOf(IllegalStateException.class);
        assertThat(catchThrowable(() -> Stages.await(orphan.read(0, ByteBuffer.allocate(ioBytes())))))
                .isNotNull();
        orphan.close();
        // Its handle is no longer in anybody's way.
        engine().delete(VolumeName.of("a"));
    }
}
