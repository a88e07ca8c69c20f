// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.StallingEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** A write to a volume that stalls keeps its window until the device has answered, and no longer. */
@Timeout(300)
class StalledVolumeWriteTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CLUSTER = 64 << 10;
    private static final int SIZE = 4 << 20;
    private static final byte[] BYTES = new byte[CLUSTER];

    static {
        Arrays.fill(BYTES, (byte) 7);
    }

    private final StallingEngine engine = new StallingEngine(TestPool.open(new ClusterSize(CLUSTER), 16L * (1 << 20)));
    private final VolumeKit kit = new VolumeKit(engine);
    private final NamedVolume volume = kit.thin("disk", SIZE);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private static boolean isVolume(VolumeName name) {
        return name.value().startsWith("volume-");
    }

    private void stalls(long offset, byte[] bytes) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> kit.write(volume, offset, bytes))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.DEVICE_FAILED));
    }

    private void requireWritable(byte[] expected) {
        await().atMost(PATIENCE)
                .until(() -> kit.writes.windowsInUse() == 0 && engine.busy().isEmpty());
        kit.write(volume, 0, BYTES);
        assertThat(Arrays.copyOf(kit.read(volume), CLUSTER)).isEqualTo(expected);
    }

    @Test
    void writeThatEndsLateGivesItsWindowBack() {
        // Given
        engine.stall(EngineCall.WRITE, StalledVolumeWriteTest::isVolume);
        stalls(0, BYTES);
        await().atMost(PATIENCE).until(() -> kit.writes.windowsInUse() == 1);
        // When
        engine.letGo();
        // Then
        requireWritable(BYTES);
    }

    @Test
    void readOfAnEdgeThatEndsLateGivesItsWindowBack() {
        // Given
        kit.write(volume, 0, BYTES);
        engine.stall(EngineCall.READ, StalledVolumeWriteTest::isVolume);
        stalls(5, new byte[] {1, 2, 3});
        await().atMost(PATIENCE).until(() -> kit.writes.windowsInUse() == 1);
        // When
        engine.letGo();
        // Then
        requireWritable(BYTES);
    }
}
