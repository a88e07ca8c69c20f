// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.LoadMain.End;
import io.scrubjay.engine.spdk.LoadMain.Load;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process killed at random moments of writes, snapshots, inflates, decouples, grows and merges: each one after it finds
 * all that was acknowledged and flushed, the snapshots equal to their cuts, and no cluster lost or used twice.
 */
@NeedsSpdk
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillUnderLoadTest {
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);
    private static final int ROUNDS = 3 * SCALE;
    private static final int EVENTS_MIN = 100;
    private static final int EVENTS_MAX = 1000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"AIO", "AIO_FALLOCATE"})
    void flushedWritesAndSnapshotsOutliveKills(DeviceKind kind) throws InterruptedException {
        // Given
        long seed = Long.getLong("scrubjay.test.seed", new SecureRandom().nextLong());
        System.out.println("KillUnderLoadTest: -Dscrubjay.test.seed=" + seed);
        Random random = new Random(seed);
        SpdkDevice device = kind.make(directory, LoadMain.POOL_CLUSTERS);

        // When
        for (int round = 0; round < ROUNDS; round++) {
            try (LoadProcess process =
                    LoadProcess.start(directory, device, Load.FLUSHED_WRITES, End.WAIT, random.nextLong())) {
                process.awaitEvents(random.nextInt(EVENTS_MIN, EVENTS_MAX));
                process.kill();
            }
        }

        // Then
        requireAllIsThere(device);
        assertThat(requireAllIsThere(device)).contains(LoadMain.MARKED);
    }

    private String requireAllIsThere(SpdkDevice device) throws InterruptedException {
        try (LoadProcess process = LoadProcess.start(directory, device, Load.NONE, End.RETURN, 0)) {
            process.requireEnd(0);
            return process.log();
        }
    }
}
