// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.NthCallEngine.Fault;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.RefusedException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One call of the engine goes wrong, for every call that an operation makes. Afterwards nobody has a lease of anything, and
 * each image and volume that is still there can be used: else it could not be deleted, nor read, until the agent is restarted.
 */
class LeftLeasesTest {
    @ParameterizedTest
    @EnumSource(names = "START", mode = Mode.EXCLUDE)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nothingIsLeftInUse(StoredOperation operation) throws Exception {
        StoredPool pool = StoredPool.inMemory();
        for (Fault fault : Fault.values()) {
            int calls = 0;
            do {
                calls++;
                pool.fill();
            } while (isReached(operation, pool, fault, calls));
            assertThat(calls).as("calls of %s", operation).isGreaterThan(1);
        }
    }

    /** Whether the operation makes so many calls; the last one goes wrong. */
    private static boolean isReached(StoredOperation operation, StoredPool pool, Fault fault, int n)
            throws InterruptedException {
        try (StorageEngine engine = pool.open()) {
            NthCallEngine faulty = new NthCallEngine(engine);
            try (StoredPool.Agent agent = StoredPool.Agent.started(faulty)) {
                faulty.arm(fault, n);
                run(operation, agent);
                if (!faulty.fired()) {
                    return false;
                }
                List<String> calls = faulty.calls();
                String failed = "call %d of %s, %s, %s".formatted(n, operation, calls.get(n - 1), fault);
                assertThat(agent.leased()).as(failed).isEmpty();
                await().alias(failed)
                        .pollDelay(Duration.ZERO)
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> agent.unusable().isEmpty());
                return true;
            }
        }
    }

    private static void run(StoredOperation operation, StoredPool.Agent agent) throws InterruptedException {
        try {
            operation.run(agent);
        } catch (RefusedException | EngineException | IllegalStateException | AssertionError failed) {
            // Whatever it came to.
        }
    }
}
