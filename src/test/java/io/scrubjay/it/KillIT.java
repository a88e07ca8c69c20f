// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The agent killed by {@code kill -9} at random moments of upload, seal and delete: what was acknowledged is there
 * afterwards, whole, and there is nothing else.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(KillIT.class);

    private static final int ROUNDS = 18;
    /** Agents with a pool each, so that one starts while the other works. */
    private static final int LANES = 2;

    @Test
    void acknowledgedOutlivesKillAndNothingElseDoes() throws InterruptedException {
        // Given
        long seed = TestChoice.seed(KillIT.class);
        List<KillLane> lanes = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            lanes.add(new KillLane(WORKSPACE.agent("lane-" + lane), seed + lane));
        }

        // When
        ExecutorService threads = Executors.newFixedThreadPool(LANES);
        List<Future<?>> runs = new ArrayList<>();
        int rounds = ROUNDS * TestChoice.scale() / LANES;
        lanes.forEach(lane -> runs.add(threads.submit(() -> lane.run(rounds))));
        threads.shutdown();

        // Then
        try {
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        } finally {
            // Before the workspace ends all agents: a lane that goes on would start another.
            threads.shutdownNow();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES))
                    .as("all lanes have ended")
                    .isTrue();
        }
        lanes.forEach(KillLane::print);
    }
}
