// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.engine.EngineException.VolumeInUse;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

class DeadlineEngineTest extends StorageEngineContract {

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        Deadlines generous = new Deadlines(Duration.ofMinutes(5), Duration.ofMinutes(5));
        return MemoryPool.opener(capacityClusters, engine -> new DeadlineEngine(engine, generous));
    }

    /** A device that answers nothing until it is told to. */
    private static final class HangingEngine extends ForwardingEngine {
        private final CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
        /** Writes and flushes, of which none hangs. */
        private final AtomicInteger later = new AtomicInteger();

        private volatile boolean controlHangs;

        HangingEngine() {
            super(MemoryPool.opener(CAPACITY_CLUSTERS).open());
        }

        @Override
        public Volume open(VolumeName name, Access access) {
            if (controlHangs) {
                mayGoOn.join();
            }
            return new ForwardingVolume(super.open(name, access)) {
                @Override
                public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
                    return mayGoOn.thenCompose(now -> super.read(offsetBytes, target));
                }

                @Override
                public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
                    later.incrementAndGet();
                    return super.write(offsetBytes, source);
                }

                @Override
                public CompletionStage<Void> flush() {
                    later.incrementAndGet();
                    return super.flush();
                }

                @Override
                public void close() {
                    mayGoOn.join();
                    super.close();
                }
            };
        }

        @Override
        public Optional<VolumeSummary> find(VolumeName name) {
            if (controlHangs) {
                mayGoOn.join();
            }
            return super.find(name);
        }
    }

    /** Only what never ends is given so little time: how busy the machine is makes no difference then. */
    private static final Duration SHORT = Duration.ofMillis(20);
    /** No machine is so busy that anything which ends takes that long. */
    private static final Duration LONG = Duration.ofMinutes(5);
    /** For what ends, and may first be given up some times. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HangingEngine device = new HangingEngine();
    private final DeadlineEngine withShortIo = new DeadlineEngine(device, new Deadlines(SHORT, LONG));
    private final DeadlineEngine withShortControl = new DeadlineEngine(device, new Deadlines(LONG, SHORT));

    private Volume openedVolume() {
        device.create(A, 1, Provisioning.THIN);
        return withShortIo.open(A, Access.WRITE);
    }

    private void stall(Volume volume) {
        CompletionStage<Void> reading = volume.read(0, AlignedBuffer.allocate(ioBytes()));
        assertThatThrownBy(() -> Stages.await(reading)).isInstanceOf(DeviceStalled.class);
    }

    @Test
    void operationThatNeverEndsFailsAsStalled() {
        Volume volume = openedVolume();
        long begunNanos = System.nanoTime();

        CompletionStage<Void> reading = volume.read(0, AlignedBuffer.allocate(ioBytes()));

        DeviceStalled failure = catchThrowableOfType(DeviceStalled.class, () -> Stages.await(reading));
        requireWaited(failure, begunNanos);
        assertThat(failure).hasMessageContaining("read").hasMessageContaining("'a'");
    }

    /** The deadline meant, and not before it has passed. */
    private static void requireWaited(DeviceStalled failure, long begunNanos) {
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isGreaterThanOrEqualTo(SHORT);
        assertThat(failure.waited()).isEqualTo(SHORT);
    }

    @Test
    void handleThatStalledIsLost() {
        Volume volume = openedVolume();
        stall(volume);

        assertThatThrownBy(() -> Stages.await(volume.write(0, AlignedBuffer.allocate(ioBytes()))))
                .isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(() -> Stages.await(volume.flush())).isInstanceOf(DeviceStalled.class);
        assertThat(device.later).as("operations that have reached the device").hasValue(0);
        // It still holds the volume: nobody else may write while its operation may yet happen.
        assertThatThrownBy(() -> withShortIo.open(A, Access.WRITE)).isInstanceOf(VolumeInUse.class);
    }

    private DeviceStalled stallOf(CompletionStage<Void> operation) {
        return catchThrowableOfType(DeviceStalled.class, () -> Stages.await(operation));
    }

    @Test
    void stalledOperationTellsWhenItsBufferIsFree() {
        // Given
        Volume volume = openedVolume();
        DeviceStalled stalled = stallOf(volume.read(0, AlignedBuffer.allocate(ioBytes())));
        assertThat(stalled.bufferFree().toCompletableFuture()).isNotDone();
        // When
        device.mayGoOn.complete(null);
        // Then
        assertThat(stalled.bufferFree().toCompletableFuture()).succeedsWithin(PATIENCE);
    }

    @Test
    void bufferOfAStalledOperationIsFreeAlsoWhenItFailsLater() {
        // Given
        Volume volume = openedVolume();
        DeviceStalled stalled = stallOf(volume.read(0, AlignedBuffer.allocate(ioBytes())));
        // When
        device.mayGoOn.completeExceptionally(new DeviceFailed("read", 5));
        // Then
        assertThat(stalled.bufferFree().toCompletableFuture()).succeedsWithin(PATIENCE);
    }

    @Test
    void operationOnALostHandleUsesNoBuffer() {
        // Given
        Volume volume = openedVolume();
        stall(volume);
        // When
        DeviceStalled refused = stallOf(volume.write(0, AlignedBuffer.allocate(ioBytes())));
        // Then
        assertThat(refused.bufferFree().toCompletableFuture()).isDone();
    }

    @Test
    void closeTellsWhenTheBuffersAreFree() {
        device.create(A, 1, Provisioning.THIN);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Volume volume = new DeadlineVolume(
                device.open(A, Access.WRITE), A, SHORT, timer, new StallGuard(SHORT), new UnfinishedCalls(SHORT));
        stall(volume);

        assertThatThrownBy(volume::close).isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(volume::close).isInstanceOf(DeviceStalled.class);
        device.mayGoOn.complete(null);

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(volume::close);
        device.delete(A);
        timer.shutdownNow();
    }

    @Test
    void controlCallThatNeverEndsFailsAsStalled() {
        device.controlHangs = true;
        long begunNanos = System.nanoTime();

        DeviceStalled failure = catchThrowableOfType(DeviceStalled.class, () -> withShortControl.find(A));

        requireWaited(failure, begunNanos);
        assertThat(failure).hasMessageContaining("find");
    }

    @Test
    void handleThatIsOpenedTooLateIsClosedAgain() {
        device.create(A, 1, Provisioning.THIN);
        device.controlHangs = true;
        assertThatThrownBy(() -> withShortControl.open(A, Access.WRITE)).isInstanceOf(DeviceStalled.class);

        device.mayGoOn.complete(null);

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> device.delete(A));
    }

    @Test
    void openingThatIsOverKeepsNobodyOutThoughItsHandleCannotBeClosed() {
        ForwardingEngine unclosable = new ForwardingEngine(device) {
            @Override
            public Volume open(VolumeName name, Access access) {
                return new ForwardingVolume(super.open(name, access)) {
                    @Override
                    public void close() {
                        throw new DeviceFailed("close", 5);
                    }
                };
            }
        };
        DeadlineEngine engine = new DeadlineEngine(unclosable, new Deadlines(LONG, Duration.ofSeconds(1)));
        device.create(A, 1, Provisioning.THIN);
        device.controlHangs = true;
        assertThatThrownBy(() -> engine.open(A, Access.READ)).isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(DeviceStalled.class);

        device.mayGoOn.complete(null);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(VolumeInUse.class));
    }

    /** What is found before a change has ended that nobody waits for any more may be untrue a moment later. */
    @Test
    void nobodyIsToldOfAVolumeThatMayStillGo() {
        // Given
        SlowEngine slow = new SlowEngine(device);
        DeadlineEngine engine = new DeadlineEngine(slow, new Deadlines(LONG, Duration.ofSeconds(1)));
        device.create(A, 1, Provisioning.THIN);
        slow.holdBack(1);
        assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(DeviceStalled.class);

        // When
        DeviceStalled unknown = catchThrowableOfType(DeviceStalled.class, () -> engine.find(A));

        // Then
        assertThat(unknown).hasMessageContaining("delete, on which find depends");
        slow.letGo();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(engine.find(A)).isEmpty());
    }

    @Test
    void deadDeviceCannotEatAllThreads() {
        device.controlHangs = true;
        for (int i = 0; i < StallGuard.ABANDONED_MAX; i++) {
            assertThatThrownBy(() -> withShortControl.find(A)).isInstanceOf(DeviceStalled.class);
        }

        DeviceStalled refused = catchThrowableOfType(DeviceStalled.class, () -> withShortControl.list());
        assertThat(refused).hasMessageContaining(StallGuard.ABANDONED_MAX + " earlier calls");

        device.mayGoOn.complete(null);
        // Each try needs a thread within the deadline: on a busy machine not the first one is in time.
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(withShortControl.list()).isEmpty());
    }
}
