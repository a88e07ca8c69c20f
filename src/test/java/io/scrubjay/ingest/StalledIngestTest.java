// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.engine.StallingEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.StreamOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** Calls that stall keep the windows that they use until they end, and no longer. */
@Timeout(300)
class StalledIngestTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MIB = 1 << 20;
    /** As many ingests of the kit have a window each for their disks. */
    private static final int DISK_WINDOWS = 4;
    /** Too few bytes to be stored from the window of the sender. */
    private static final byte[] SMALL = SparseBytes.full(100_000);
    /** Whole windows, which are stored as the sender has filled them. */
    private static final byte[] WHOLE = SparseBytes.full(3 * MIB);

    private final StallingEngine engine = new StallingEngine(TestPool.open(ClusterSize.parse("64K"), 64L * MIB));
    private final IngestKit kit = new IngestKit(engine);

    @AfterEach
    void nothingIsLeft() {
        engine.letGo();
        await().atMost(PATIENCE).until(() -> engine.list().stream().noneMatch(one -> isHead(one.name())));
        awaitWindowsInUse(0);
        kit.close();
        engine.close();
    }

    private static boolean isHead(VolumeName name) {
        return name.value().startsWith("head-");
    }

    private void awaitWindowsInUse(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kit.ingests.windowsInUse()).isEqualTo(count));
    }

    private RefusedException fails(String name, byte[] bytes) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> kit.ingest(name, bytes));
        assertThat(refused.refusal()).isEqualTo(Refusal.DEVICE_FAILED);
        return refused;
    }

    @Test
    void writesThatEndLateGiveTheWindowsOfTheirDisksBack() {
        // Given
        engine.stall(EngineCall.WRITE, StalledIngestTest::isHead);
        for (int i = 0; i < DISK_WINDOWS; i++) {
            fails("stalled-" + i, SMALL);
        }
        awaitWindowsInUse(DISK_WINDOWS);
        assertThat(fails("no-window", SMALL)).hasMessageContaining("still uses the memory that this upload needs");
        // When
        engine.letGo();
        // Then
        awaitWindowsInUse(0);
        assertThat(kit.stored(kit.ingest("disk", SMALL))).isEqualTo(SMALL);
    }

    @Test
    void writeThatFailsLateGivesItsWindowBack() {
        // Given
        engine.stall(EngineCall.WRITE, StalledIngestTest::isHead);
        fails("stalled", SMALL);
        awaitWindowsInUse(1);
        // When
        engine.letFail();
        // Then
        awaitWindowsInUse(0);
        assertThat(kit.stored(kit.ingest("disk", SMALL))).isEqualTo(SMALL);
    }

    @Test
    void writeThatEndsLateGivesTheWindowOfItsSenderBack() {
        // Given
        engine.stall(EngineCall.WRITE, StalledIngestTest::isHead);
        fails("stalled", WHOLE);
        awaitWindowsInUse(1);
        // When
        engine.letGo();
        // Then
        awaitWindowsInUse(0);
        assertThat(kit.stored(kit.ingest("disk", WHOLE))).isEqualTo(WHOLE);
    }

    @Test
    void readThatEndsLateGivesItsWindowBack() {
        // Given
        engine.stall(EngineCall.READ, StalledIngestTest::isHead);
        fails("stalled", WHOLE);
        awaitWindowsInUse(1);
        // When
        engine.letGo();
        // Then
        awaitWindowsInUse(0);
        assertThat(kit.stored(kit.ingest("disk", WHOLE))).isEqualTo(WHOLE);
    }

    @Test
    void readOfTheSpoolThatEndsLateGivesItsWindowBack() {
        // Given
        WindowPool windows = new WindowPool(MIB, 2);
        Stores stores = new Stores(Runnable::run, failed -> {});
        PoolSpool spool =
                new PoolSpool(engine, new WindowShare(windows, 2, stores), stores, ImageId.random(), allKept -> {});
        HeapBytes kept = HeapBytes.of(WHOLE, 0, MIB);
        spool.keep(StreamOffset.START, kept);
        kept.takeBack();
        stores.await();
        engine.stall(EngineCall.READ, spooled -> true);
        assertThatThrownBy(() -> spool.read(StreamOffset.START, ByteBuffer.allocate(10)))
                .isInstanceOf(DeviceStalled.class);
        assertThat(windows.windowsInUse()).isEqualTo(1);
        // When
        engine.letGo();
        // Then
        await().atMost(PATIENCE)
                .until(() -> windows.windowsInUse() == 0 && engine.busy().isEmpty());
        spool.remove();
    }
}
