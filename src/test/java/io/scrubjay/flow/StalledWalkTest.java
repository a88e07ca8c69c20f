// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StallingEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.memory.MemoryEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A walk whose read stalls fails at once; the window is free when the read has ended. */
@Timeout(300)
class StalledWalkTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final VolumeName NAME = VolumeName.of("disk");
    private static final int CHUNKS = 3;
    private static final ChunkGrid GRID = new ChunkGrid((long) CHUNKS * ChunkGrid.CHUNK_BYTES);

    private final StallingEngine engine = new StallingEngine(MemoryEngine.open(CLUSTER, 16L << 20));
    private final WindowPool windows = new WindowPool(ChunkGrid.CHUNK_BYTES, 2);
    private final ChunkWalk walk = new ChunkWalk(windows, Runnable::run, 1);
    private final AtomicLong visited = new AtomicLong();

    @BeforeEach
    void write() {
        engine.create(NAME, GRID.lengthBytes(), Provisioning.THIN);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, NAME.value(), Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(1, Math.toIntExact(GRID.lengthBytes())))
                    .flush();
        }
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void walk() {
        try (Volume volume = engine.open(NAME, Access.VERIFY)) {
            walk.walk(volume, engine.allocated(NAME), CLUSTER, GRID, new ChunkWalk.Visitor() {
                @Override
                public void bytes(long chunk, ByteBuffer bytes) {
                    visited.incrementAndGet();
                }
            });
        }
    }

    @Test
    void readThatEndsLateGivesItsWindowBack() {
        // Given
        engine.stall(EngineCall.READ, NAME::equals);
        assertThatThrownBy(this::walk).isInstanceOf(DeviceStalled.class);
        assertThat(windows.windowsInUse()).isEqualTo(1);
        // When
        engine.letGo();
        // Then
        await().atMost(Duration.ofMinutes(2))
                .until(() -> windows.windowsInUse() == 0 && engine.busy().isEmpty());
        walk();
        assertThat(visited).hasValue(CHUNKS);
    }
}
