// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What no caller should ever ask: refused at the call, by an exception that is no {@link EngineException}. */
public interface RefusalsContract extends PoolUnderTest {
    /** A volume of two clusters that holds bytes, opened for writing; it must hold the same ones afterwards. */
    private void onFilledVolume(Consumer<Volume> misuse) {
        byte[] before = joined(cluster(1), cluster(2));
        filled("a", before);
        writing("a", volume -> misuse.accept(volume.volume()));
        assertThat(content("a")).isEqualTo(before);
    }

    private void refusedRange(Volume volume, long offsetBytes, int lengthBytes) {
        ByteBuffer buffer = AlignedBuffer.allocate(lengthBytes);
        String range = offsetBytes + "+" + lengthBytes;
        assertThatThrownBy(() -> volume.read(offsetBytes, buffer))
                .as("read %s", range)
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> volume.write(offsetBytes, buffer))
                .as("write %s", range)
                .isInstanceOf(IllegalArgumentException.class);
        if (offsetBytes < 0 || offsetBytes > Long.MAX_VALUE - lengthBytes) {
            return; // such a ByteRange cannot even be made
        }
        assertThatThrownBy(() -> volume.writeZeroes(new ByteRange(offsetBytes, lengthBytes)))
                .as("writeZeroes %s", range)
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> volume.unmap(new ByteRange(offsetBytes, lengthBytes)))
                .as("unmap %s", range)
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void misalignedOffsetIsRefused() {
        onFilledVolume(volume -> {
            refusedRange(volume, 1, ioBytes());
            refusedRange(volume, ioBytes() - 1, ioBytes());
            refusedRange(volume, ioBytes() / 2, ioBytes());
        });
    }

    @Test
    default void misalignedLengthIsRefused() {
        onFilledVolume(volume -> {
            refusedRange(volume, 0, 1);
            refusedRange(volume, 0, ioBytes() + 1);
            refusedRange(volume, ioBytes(), ioBytes() / 2);
        });
    }

    @Test
    default void emptyRangeIsRefused() {
        onFilledVolume(volume -> {
            refusedRange(volume, 0, 0);
            refusedRange(volume, clusterBytes(), 0);
        });
    }

    @Test
    default void rangeOutsideTheVolumeIsRefused() {
        onFilledVolume(volume -> {
            refusedRange(volume, 2L * clusterBytes(), clusterBytes());
            refusedRange(volume, clusterBytes(), 2 * clusterBytes());
            refusedRange(volume, 0, 3 * clusterBytes());
            refusedRange(volume, -clusterBytes(), clusterBytes());
            refusedRange(volume, Long.MAX_VALUE / clusterBytes() * clusterBytes(), clusterBytes());
        });
    }

    @Test
    default void unmapOfPartsOfClustersIsRefused() {
        assumeThat(ioBytes())
                .as("a cluster is one block here, so it has no parts")
                .isLessThan(clusterBytes());
        onFilledVolume(volume -> {
            assertThatThrownBy(() -> volume.unmap(new ByteRange(0, ioBytes())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> volume.unmap(new ByteRange(ioBytes(), clusterBytes())))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"READ", "VERIFY"})
    default void readingHandleRefusesToWrite(Access access) {
        filled("a", cluster(1));
        try (Volume volume = engine().open(VolumeName.of("a"), access)) {
            ByteRange all = new ByteRange(0, clusterBytes());
            assertMisuse(() -> volume.write(0, AlignedBuffer.allocate(clusterBytes())));
            assertMisuse(() -> volume.writeZeroes(all));
            assertMisuse(() -> volume.unmap(all));
        }
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void snapshotCannotBeOpenedForWriting() {
        sealed("a", cluster(1));

        assertThatThrownBy(() -> engine().open(VolumeName.of("a"), Access.WRITE))
                .isInstanceOf(IllegalArgumentException.class);
        // And the refusal leaves no handle behind.
        engine().delete(VolumeName.of("a"));
    }

    @Test
    default void closedHandleRefusesEverything() {
        filled("a", cluster(1));
        Volume volume = engine().open(VolumeName.of("a"), Access.WRITE);
        volume.close();

        assertMisuse(() -> volume.read(0, AlignedBuffer.allocate(clusterBytes())));
        assertMisuse(() -> volume.write(0, AlignedBuffer.allocate(clusterBytes())));
        assertMisuse(() -> volume.writeZeroes(new ByteRange(0, clusterBytes())));
        assertMisuse(() -> volume.unmap(new ByteRange(0, clusterBytes())));
        assertMisuse(volume::flush);
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    private static void assertMisuse(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
    }
}
