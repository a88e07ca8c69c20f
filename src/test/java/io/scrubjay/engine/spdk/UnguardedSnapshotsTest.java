// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.LoadMain.End;
import io.scrubjay.engine.spdk.LoadMain.Load;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the tests of snapshots under load can fail: the same load beside the same snapshots, once as the engine makes them
 * and once as SPDK does when nobody keeps writes out of its way. In processes of their own, which may crash or hang.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class UnguardedSnapshotsTest {
    private static final Optional<Integer> GOOD = Optional.of(0);
    /** Each was enough whenever it was tried. */
    private static final int TRIES = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    /** Whether the load, or what it left, was found to be wrong. */
    private boolean damages(Load load, long seed) throws IOException, InterruptedException {
        Path place = Files.createDirectories(directory.resolve(load + "-" + seed));
        SpdkDevice device = new SpdkDevice.Aio(TestDevice.make(place, LoadMain.POOL_CLUSTERS_KEPT), false);
        for (Load each : new Load[] {load, Load.NONE}) {
            try (LoadProcess process = LoadProcess.start(place, device, each, End.RETURN, seed)) {
                Optional<Integer> status = process.end(PATIENCE);
                if (!status.equals(GOOD)) {
                    System.out.println(load + " and then " + each + " ended with " + status + ": " + process.log());
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void theEnginesSnapshotsDoNoDamage() throws Exception {
        assertThat(damages(Load.SNAPSHOTS, 1)).isFalse();
    }

    @Test
    void snapshotsWithoutTheGuardDoDamageAndItIsFound() throws Exception {
        boolean damaged = false;
        for (int seed = 1; seed <= TRIES && !damaged; seed++) {
            damaged = damages(Load.UNGUARDED_SNAPSHOTS, seed);
        }
        assertThat(damaged).isTrue();
    }
}
