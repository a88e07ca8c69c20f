// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.FlakyEngine.Moment;
import io.scrubjay.refusal.RefusedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From one change on the device fails everything, until the client has its answer; then it works again, and the agent goes
 * on. For each change that an operation makes, which the device has made or not: what the agent shows is what the pool holds, what was
 * answered with success is so, and the next start shows the same.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DeviceFailsForAWhileTest {
    private static final int CHANGES_MAX = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A pool whose device works again, and the agent that had it while it did not. */
    private record Healed(
            String at, StoredPool pool, FlakyEngine device, StoredPool.Agent agent, boolean acknowledged) {
        /** Ends the agent; answers with what it showed. */
        Map<String, String> end() {
            try {
                Awaitility.await("what is shown and what exists, after " + at)
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .untilAsserted(
                                () -> assertThat(agent.shownIds()).isEqualTo(StoredPool.Agent.existingIds(device)));
                return agent.shown();
            } finally {
                agent.close();
                device.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredOperation.class,
            names = {"DELETE_IMAGE", "DELETE_VOLUME", "DELETE_SNAPSHOT", "CREATE_VOLUME", "CLONE", "SNAPSHOT", "INGEST"
            })
    void theAgentShowsWhatThereIs(StoredOperation operation) throws Exception {
        // They wait at the same time for the second tries.
        List<Healed> all = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            int n = 1;
            while (meets(operation, moment, n, all)) {
                n++;
                assertThat(n).as("changes of %s", operation).isLessThan(CHANGES_MAX);
            }
            assertThat(n).as("changes of %s", operation).isGreaterThan(2);
        }
        for (Healed healed : all) {
            Map<String, String> shown = healed.end();
            Map<String, String> found = healed.pool().shown();
            assertThat(found).as("after the next start, after %s", healed.at()).isEqualTo(shown);
            if (healed.acknowledged()) {
                StoredPool untouched = StoredPool.inMemory();
                untouched.fill();
                assertThat(found).as(healed.at()).isEqualTo(operation.shownAfter(untouched.shown()));
            }
        }
    }

    /** Whether the operation made as many changes. */
    private static boolean meets(StoredOperation operation, Moment moment, int n, List<Healed> all) throws Exception {
        StoredPool pool = StoredPool.inMemory();
        pool.fill();
        FlakyEngine device = new FlakyEngine(pool.open());
        StoredPool.Agent agent = StoredPool.Agent.started(device);
        device.powerOff(n, moment);
        boolean acknowledged = acknowledges(operation, agent);
        boolean met = device.fired();
        device.heal();
        all.add(new Healed(operation + ", change " + n + " " + moment, pool, device, agent, acknowledged));
        return met;
    }

    private static boolean acknowledges(StoredOperation operation, StoredPool.Agent agent) throws InterruptedException {
        try {
            operation.run(agent);
            return true;
        } catch (RefusedException | EngineException refused) {
            return false;
        }
    }
}
