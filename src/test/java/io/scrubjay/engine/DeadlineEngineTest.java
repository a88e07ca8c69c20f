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
        private boolean controlHangs;

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

    private final HangingEngine device = new HangingEngine();
    /** Gives up soon; what is to succeed through it would need a fast machine. */
    private final DeadlineEngine impatient =
            new DeadlineEngine(device, new Deadlines(Duration.ofMillis(20), Duration.ofMillis(20)));
    /** Leaves even a busy machine the time to open a handle. */
    private final DeadlineEngine patient =
            new DeadlineEngine(device, new Deadlines(Duration.ofMillis(20), Duration.ofSeconds(1)));

    private Volume openedVolume() {
        device.create(A, 1, Provisioning.THIN);
        return patient.open(A, Access.WRITE);
    }

    private void stall(Volume volume) {
        CompletionStage<Void> reading = volume.read(0, AlignedBuffer.allocate(ioBytes()));
        assertThatThrownBy(() -> Stages.await(reading)).isInstanceOf(DeviceStalled.class);
    }

    @Test
    void operationThatNeverEndsFailsAsStalled() {
        Volume volume = openedVolume();

        CompletionStage<Void> reading = volume.read(0, AlignedBuffer.allocate(ioBytes()));

        DeviceStalled failure = catchThrowableOfType(DeviceStalled.class, () -> Stages.await(reading));
        assertThat(failure.waited()).isEqualTo(Duration.ofMillis(20));
        assertThat(failure).hasMessageContaining("read").hasMessageContaining("'a'");
    }

    @Test
    void handleThatStalledIsLost() {
        Volume volume = openedVolume();
        stall(volume);

        assertThatThrownBy(() -> Stages.await(volume.write(0, AlignedBuffer.allocate(ioBytes()))))
                .isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(() -> Stages.await(volume.flush())).isInstanceOf(DeviceStalled.class);
        // It still holds the volume: nobody else may write while its operation may yet happen.
        assertThatThrownBy(() -> patient.open(A, Access.WRITE)).isInstanceOf(VolumeInUse.class);
    }

    @Test
    void closeTellsWhenTheBuffersAreFree() {
        Volume volume = openedVolume();
        stall(volume);

        assertThatThrownBy(volume::close).isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(volume::close).isInstanceOf(DeviceStalled.class);
        device.mayGoOn.complete(null);

        await().ignoreExceptions().untilAsserted(volume::close);
        device.delete(A);
    }

    @Test
    void controlCallThatNeverEndsFailsAsStalled() {
        device.controlHangs = true;

        DeviceStalled failure = catchThrowableOfType(DeviceStalled.class, () -> impatient.find(A));

        assertThat(failure).hasMessageContaining("find");
    }

    @Test
    void handleThatIsOpenedTooLateIsClosedAgain() {
        device.create(A, 1, Provisioning.THIN);
        device.controlHangs = true;
        assertThatThrownBy(() -> impatient.open(A, Access.WRITE)).isInstanceOf(DeviceStalled.class);

        device.mayGoOn.complete(null);

        await().ignoreExceptions().untilAsserted(() -> device.delete(A));
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
        DeadlineEngine engine =
                new DeadlineEngine(unclosable, new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        device.create(A, 1, Provisioning.THIN);
        device.controlHangs = true;
        assertThatThrownBy(() -> engine.open(A, Access.READ)).isInstanceOf(DeviceStalled.class);
        assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(DeviceStalled.class);

        device.mayGoOn.complete(null);

        await().untilAsserted(() -> assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(VolumeInUse.class));
    }

    /** What is found before a change has ended that nobody waits for any more may be untrue a moment later. */
    @Test
    void nobodyIsToldOfAVolumeThatMayStillGo() {
        // Given
        SlowEngine slow = new SlowEngine(device);
        DeadlineEngine engine = new DeadlineEngine(slow, new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        device.create(A, 1, Provisioning.THIN);
        slow.holdBack(1);
        assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(DeviceStalled.class);

        // When
        DeviceStalled unknown = catchThrowableOfType(DeviceStalled.class, () -> engine.find(A));

        // Then
        assertThat(unknown).hasMessageContaining("delete, on which find depends");
        slow.letGo();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(engine.find(A)).isEmpty());
    }

    @Test
    void deadDeviceCannotEatAllThreads() {
        device.controlHangs = true;
        for (int i = 0; i < StallGuard.ABANDONED_MAX; i++) {
            assertThatThrownBy(() -> impatient.find(A)).isInstanceOf(DeviceStalled.class);
        }

        DeviceStalled refused = catchThrowableOfType(DeviceStalled.class, () -> impatient.list());
        assertThat(refused).hasMessageContaining(StallGuard.ABANDONED_MAX + " earlier calls");

        device.mayGoOn.complete(null);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(impatient.list()).isEmpty());
    }
}
