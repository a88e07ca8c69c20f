// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.CrashingEngine;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class VolumeWriteTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;
    private static final int LOSSES_OF_POWER = 10;

    private final FlakyEngine engine = new FlakyEngine(TestPool.open(new ClusterSize(CLUSTER), 64L * MIB));
    private final VolumeKit kit = new VolumeKit(engine);
    private final NamedVolume volume = kit.thin("disk", 4L * MIB);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private static void refuses(Refusal refusal, ThrowingCallable call) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(call)
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void oneByteTakesOneWholeCluster() {
        kit.write(volume, CLUSTER + 77, new byte[] {1});

        byte[] expected = new byte[4 * MIB];
        expected[CLUSTER + 77] = 1;
        assertThat(kit.medium(volume)).isEqualTo(expected);
        assertThat(kit.extent(volume).allocatedClusters()).isEqualTo(1);
    }

    /** INVARIANT I-5: what the device keeps of writes that were not flushed is chance, by the seed. */
    @Test
    void whatIsAnsweredSurvivesALossOfPower() {
        byte[] bytes = random(1, MIB + 5);
        ByteRange range = new ByteRange(12_345, bytes.length);
        for (long seed = 0; seed < LOSSES_OF_POWER; seed++) {
            MemoryMedium medium = MemoryMedium.of(new ClusterSize(CLUSTER), 64L * MIB);
            CrashingEngine device = new CrashingEngine(MemoryEngine.open(medium), seed);
            try (VolumeKit before = new VolumeKit(device)) {
                before.write(before.thin("disk", 4L * MIB), range.offset(), bytes);
                device.crash(seed);
            }

            try (StorageEngine left = MemoryEngine.open(medium);
                    VolumeKit after = new VolumeKit(left)) {
                assertThat(after.read(after.volumes.get(ResourceName.parse("disk")), range))
                        .as("seed %d", seed)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void writersOfTheSameBlocksDoNotLoseEachOthersBytes() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(3);
        byte[] expected = new byte[4 * MIB];
        List<Future<?>> running = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            byte value = (byte) (writer + 1);
            for (int at = writer; at < 60_000; at += 3 * 997) {
                Arrays.fill(expected, at * 3, at * 3 + 3, value);
            }
            int first = writer;
            running.add(writers.submit(() -> {
                for (int at = first; at < 60_000; at += 3 * 997) {
                    kit.write(volume, at * 3L, new byte[] {value, value, value});
                }
            }));
        }
        for (Future<?> writer : running) {
            writer.get();
        }
        writers.shutdown();

        assertThat(kit.medium(volume)).isEqualTo(expected);
    }

    @Test
    void writeBehindTheEndIsRefused() {
        refuses(Refusal.RANGE_NOT_SATISFIABLE, () -> kit.write(volume, 4L * MIB - 1, new byte[2]));
        assertThat(kit.extent(volume).allocatedClusters()).isZero();
    }

    @Test
    void bodyOfAnotherLengthIsRefused() {
        VolumeWrite shorter = kit.writes.begin(volume, new ByteRange(0, 10));
        shorter.receive(ByteBuffer.allocate(9));
        shorter.complete();
        VolumeWrite longer = kit.writes.begin(volume, new ByteRange(0, 10));
        longer.receive(ByteBuffer.allocate(11));
        longer.complete();

        refuses(Refusal.LENGTH_MISMATCH, () -> Stages.await(shorter.done()));
        refuses(Refusal.LENGTH_MISMATCH, () -> Stages.await(longer.done()));
        assertThat(kit.writes.runningCount()).isZero();
        assertThat(kit.writes.windowsInUse()).isZero();
    }

    @Test
    void moreWritesThanMayAreRefusedAndPlacesComeBack() {
        List<VolumeWrite> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writes.add(kit.writes.begin(volume, new ByteRange(i, 1)));
        }
        refuses(Refusal.BUSY, () -> kit.writes.begin(volume, new ByteRange(9, 1)));

        for (VolumeWrite write : writes) {
            write.cut(new RefusedException(Refusal.UPLOAD_CUT, "gone"));
            refuses(Refusal.UPLOAD_CUT, () -> Stages.await(write.done()));
        }

        kit.write(volume, 9, new byte[] {9});
        assertThat(kit.read(volume, new ByteRange(0, 10))).isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
    }

    @Test
    void aFirstTouchThatFailsGivesItsClustersBack() {
        byte[] bytes = random(2, 3 * CLUSTER);
        engine.failOnce(1, FlakyEngine.Moment.AFTER, () -> new EngineException.DeviceFailed("write", FlakyEngine.EIO));

        refuses(Refusal.DEVICE_FAILED, () -> kit.write(volume, 100, bytes));

        assertThat(kit.medium(volume)).isEqualTo(new byte[4 * MIB]);
        assertThat(kit.extent(volume).allocatedClusters()).isZero();
        kit.write(volume, 100, bytes);
        assertThat(kit.read(volume, new ByteRange(100, bytes.length))).isEqualTo(bytes);
    }

    @Test
    void aFullPoolRefusesAndKeepsWhatIsThere() {
        NamedVolume large = kit.thin("large", 80L * MIB);
        kit.write(large, 5, new byte[] {1, 2, 3});

        refuses(Refusal.POOL_FULL, () -> kit.write(large, MIB, new byte[70 * MIB]));

        assertThat(kit.read(large, new ByteRange(4, 5))).isEqualTo(new byte[] {0, 1, 2, 3, 0});
        assertThat(kit.writes.windowsInUse()).isZero();
    }

    @Test
    void aHandleThatCannotBeClosedFailsTheWriteAndGivesItsPlaceBack() {
        try (VolumeKit failing = new VolumeKit(closingBadly())) {
            NamedVolume disk = failing.volumes.get(volume.name());

            for (int i = 0; i < 5; i++) {
                refuses(Refusal.DEVICE_FAILED, () -> failing.write(disk, 5, new byte[] {5}));
            }

            assertThat(failing.writes.runningCount()).isZero();
        }
        assertThat(kit.read(volume, new ByteRange(5, 1))).isEqualTo(new byte[] {5});
    }

    /** The same pool, whose volumes close with an error. */
    private StorageEngine closingBadly() {
        return (StorageEngine) proxy(StorageEngine.class, (self, method, arguments) -> {
            Object result = method.invoke(engine, arguments);
            return result instanceof Volume open && open.name().equals(volume.stored()) ? closingBadly(open) : result;
        });
    }

    private static Object closingBadly(Volume open) {
        return proxy(Volume.class, (self, method, arguments) -> {
            Object result = method.invoke(open, arguments);
            if (method.getName().equals("close")) {
                throw new EngineException.DeviceFailed("close", FlakyEngine.EIO);
            }
            return result;
        });
    }

    private static Object proxy(Class<?> type, InvocationHandler calls) {
        return Proxy.newProxyInstance(VolumeWriteTest.class.getClassLoader(), new Class<?>[] {type}, calls);
    }

    @Test
    void aStoppedWriteIsBusy() {
        VolumeWrite write = kit.writes.begin(volume, new ByteRange(0, 2));
        write.receive(ByteBuffer.allocate(1));

        kit.writes.admission().stop();

        Stages.await(write.broken());
        write.cut(new RefusedException(Refusal.CANCELLED, "no more bytes are wanted"));
        refuses(Refusal.BUSY, () -> Stages.await(write.done()));
        assertThat(kit.writes.runningCount()).isZero();
    }

    @Test
    void whoRefusesStillLetsWhatIsUnderWayFinish() {
        VolumeWrite write = kit.writes.begin(volume, new ByteRange(0, 2));
        kit.writes.admission().refuse();

        refuses(Refusal.BUSY, () -> kit.writes.begin(volume, new ByteRange(0, 1)));

        CompletableFuture<Void> ended = kit.writes.admission().ended();
        assertThat(ended).isNotDone();
        write.receive(ByteBuffer.wrap(new byte[] {1, 2}));
        write.complete();
        ended.join();
        assertThat(kit.read(volume, new ByteRange(0, 2))).isEqualTo(new byte[] {1, 2});
    }

    @Test
    void aVolumeIsNotDeletedUnderAWriter() throws InterruptedException {
        VolumeWrite write = kit.writes.begin(volume, new ByteRange(0, 2));
        refuses(Refusal.VOLUME_IN_USE, () -> kit.volumes.delete(volume));

        write.receive(ByteBuffer.allocate(2));
        write.complete();
        Stages.await(write.done());

        kit.volumes.delete(volume);
        assertThat(engine.list()).isEmpty();
    }
}
