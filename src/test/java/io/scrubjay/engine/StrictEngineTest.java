// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StrictEngineTest extends StorageEngineContract {
    /** The contract breaks rules on purpose, to see what an engine does then. */
    private static final class ForgivingEngine extends ForwardingEngine {
        private final StrictEngine strict;

        ForgivingEngine(StorageEngine delegate) {
            this(new StrictEngine(delegate));
        }

        private ForgivingEngine(StrictEngine strict) {
            super(strict);
            this.strict = strict;
        }

        @Override
        public void close() {
            strict.forgive();
            try {
                super.close();
            } catch (AssertionError handlesLeftOpen) {
                assertThat(handlesLeftOpen).hasMessageContaining("never closed");
            }
        }
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return MemoryPool.opener(capacityClusters, ForgivingEngine::new);
    }

    /** Operations begin only when the test says so. */
    private static final class SlowEngine extends ForwardingEngine {
        private final CompletableFuture<Void> begin = new CompletableFuture<>();

        SlowEngine(StorageEngine delegate) {
            super(delegate);
        }

        @Override
        public Volume open(VolumeName name, Access access) {
            return new ForwardingVolume(super.open(name, access)) {
                @Override
                public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
                    return begin.thenCompose(now -> super.read(offsetBytes, target));
                }

                @Override
                public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
                    return begin.thenCompose(now -> super.write(offsetBytes, source));
                }
            };
        }
    }

    private final SlowEngine slow =
            new SlowEngine(MemoryPool.opener(CAPACITY_CLUSTERS).open());
    private final StrictEngine strict = new StrictEngine(slow);

    private Volume opened() {
        strict.create(VolumeName.of("a"), 2L * clusterBytes(), Provisioning.THIN);
        return strict.open(VolumeName.of("a"), Access.WRITE);
    }

    private void assertBroken(String rule) {
        assertThat(strict.breaches()).hasSize(1);
        assertThat(strict.breaches().get(0)).hasMessageContaining(rule);
        assertThatThrownBy(strict::close).isInstanceOf(AssertionError.class).hasMessageContaining(rule);
    }

    @Test
    void callerThatKeepsTheRulesIsLeftAlone() {
        slow.begin.complete(null);
        try (AwaitedVolume volume = new AwaitedVolume(opened())) {
            volume.write(0, cluster(1)).flush();
            assertThat(volume.read(0, clusterBytes())).isEqualTo(cluster(1));
        }
        strict.seal(VolumeName.of("a"), VolumeName.of("s"));
        strict.close();

        assertThat(strict.breaches()).isEmpty();
    }

    @Test
    void refusedArgumentIsABreach() {
        try (Volume volume = opened()) {
            assertThatThrownBy(() -> volume.unmap(new ByteRange(1, 1))).isInstanceOf(IllegalArgumentException.class);
        }
        assertBroken("unmap was refused");
    }

    @Test
    void sourceChangedUnderWayIsABreach() {
        try (Volume volume = opened()) {
            ByteBuffer source = AwaitedVolume.buffer(cluster(1));
            CompletionStage<Void> writing = volume.write(0, source);

            source.put(7, (byte) ~source.get(7));
            slow.begin.complete(null);

            assertThatThrownBy(() -> Stages.await(writing)).isInstanceOf(AssertionError.class);
            Stages.await(volume.flush());
        }
        assertBroken("the buffer of a write");
    }

    @Test
    void targetWrittenUnderWayIsABreach() {
        try (Volume volume = opened()) {
            ByteBuffer target = AlignedBuffer.allocate(clusterBytes());
            CompletionStage<Void> reading = volume.read(0, target);

            target.put(7, (byte) 1);
            slow.begin.complete(null);

            assertThatThrownBy(() -> Stages.await(reading)).isInstanceOf(AssertionError.class);
        }
        assertBroken("the buffer of a read");
    }

    @Test
    void oneBufferForTwoReadsAtOnceIsABreach() {
        slow.begin.complete(null);
        try (AwaitedVolume volume = new AwaitedVolume(opened())) {
            volume.write(0, cluster(1)).write(clusterBytes(), cluster(2)).flush();
        }
        SlowEngine slower = new SlowEngine(slow.delegate());
        StrictEngine watching = new StrictEngine(slower);
        try (Volume volume = watching.open(VolumeName.of("a"), Access.READ)) {
            ByteBuffer target = AlignedBuffer.allocate(clusterBytes());
            CompletionStage<Void> first = volume.read(0, target);
            CompletionStage<Void> second = volume.read(clusterBytes(), target);

            slower.begin.complete(null);

            assertThatThrownBy(() -> {
                        Stages.await(first);
                        Stages.await(second);
                    })
                    .isInstanceOf(AssertionError.class);
        }
        assertThatThrownBy(watching::close).isInstanceOf(AssertionError.class);
    }

    @Test
    void overlappingOperationsAreABreach() {
        try (Volume volume = opened()) {
            CompletionStage<Void> first = volume.write(0, AwaitedVolume.buffer(cluster(1)));
            CompletionStage<Void> second = volume.read(clusterBytes() - ioBytes(), AlignedBuffer.allocate(ioBytes()));

            slow.begin.complete(null);

            Stages.await(first);
            Stages.await(second);
            Stages.await(volume.flush());
        }
        assertBroken("beside write");
    }

    @Test
    void overlappingReadsAreNone() {
        try (Volume volume = opened()) {
            CompletionStage<Void> first = volume.read(0, AlignedBuffer.allocate(ioBytes()));
            CompletionStage<Void> second = volume.read(0, AlignedBuffer.allocate(ioBytes()));
            slow.begin.complete(null);
            Stages.await(first);
            Stages.await(second);
        }
        strict.close();
    }

    @Test
    void handleLeftOpenIsABreach() {
        Volume forgotten = opened();

        assertThatThrownBy(strict::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the handle of '" + forgotten.name() + "' was never closed");
    }

    @Test
    void sealWithoutFlushIsABreach() {
        slow.begin.complete(null);
        try (AwaitedVolume volume = new AwaitedVolume(opened())) {
            volume.write(0, cluster(1)).flush().write(0, cluster(2));
        }
        strict.rename(VolumeName.of("a"), VolumeName.of("b"));

        strict.seal(VolumeName.of("b"), VolumeName.of("s"));

        assertBroken("never flushed");
    }

    @Test
    void controlCallFromACompletionIsABreach() {
        try (Volume volume = opened()) {
            CompletionStage<Void> reading = volume.read(0, AlignedBuffer.allocate(ioBytes()));
            CompletionStage<Integer> counted =
                    reading.thenApply(done -> strict.list().size());

            slow.begin.complete(null);

            assertThat(Stages.await(counted)).isEqualTo(1);
        }
        assertBroken("list was called on the engine's thread");
    }
}
