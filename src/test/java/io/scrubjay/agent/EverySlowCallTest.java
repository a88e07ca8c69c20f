// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.DeadlineEngine;
import io.scrubjay.engine.Deadlines;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.SlowEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One call of the device is held back until its caller has given up, and is then carried out all the same, for every call
 * that an operation makes. Whoever asked has an answer by then, or once the call has ended where nobody can say how long
 * it may take. Afterwards the agent shows what is in the pool, and the operation can be done once more, or finds that it has been done; and the next start finds
 * what comes of that, nothing else, and no conclusion from the delay.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EverySlowCallTest {
    private static final int CALLS_MAX = 500;
    private static final Deadlines DEADLINES = new Deadlines(Duration.ofMillis(60), Duration.ofMillis(60));
    /** Longer than an operation takes that gives up, by far. */
    private static final Duration LONGER = Duration.ofMillis(400);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** What says that it has been done. */
    private static final Set<Refusal> DONE_BEFORE = EnumSet.of(
            Refusal.IMAGE_EXISTS,
            Refusal.VOLUME_EXISTS,
            Refusal.SNAPSHOT_EXISTS,
            Refusal.IMAGE_NOT_FOUND,
            Refusal.VOLUME_NOT_FOUND,
            Refusal.SNAPSHOT_NOT_FOUND);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void inMemory(StoredOperation operation) throws Exception {
        sweep(operation, StoredPool.inMemory());
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredOperation.class,
            names = {"DELETE_IMAGE", "CLONE"})
    void inFiles(StoredOperation operation) throws Exception {
        sweep(operation, StoredPool.inFiles(directory));
    }

    private static void sweep(StoredOperation operation, StoredPool pool) throws Exception {
        int n = 1;
        while (operation == StoredOperation.START ? startMeets(pool, n) : meets(operation, pool, n)) {
            n++;
            assertThat(n).as("calls of %s", operation).isLessThan(CALLS_MAX);
        }
        assertThat(n).as("calls of %s", operation).isGreaterThan(1);
    }

    /** Whether the start made as many calls. */
    private static boolean startMeets(StoredPool pool, int n) throws Exception {
        pool.fill();
        Map<String, String> before = pool.shown();
        boolean met;
        try (Device device = Device.of(pool)) {
            device.slow().holdBack(n);
            met = settled(
                            device.slow(),
                            () -> StoredPool.Agent.started(device.engine()).close())
                    .met();
        }
        assertThat(pool.shown()).as("after call %d of a start was slow", n).isEqualTo(before);
        return met;
    }

    /** Whether the operation made as many calls. */
    private static boolean meets(StoredOperation operation, StoredPool pool, int n) throws Exception {
        pool.fill();
        Map<String, String> before = pool.shown();
        Map<String, String> expected = operation.shownAfter(before);
        String at = operation + " when call " + n + " is slow";
        boolean met;
        try (Device device = Device.of(pool);
                StoredPool.Agent agent = started(device.engine(), before)) {
            SlowEngine slow = device.slow();
            slow.holdBack(n);
            Outcome outcome = settled(slow, () -> operation.run(agent));
            met = outcome.met();
            outcome.refused()
                    .ifPresent(refused ->
                            assertThat(refused.refusal()).as("%s", at).isEqualTo(Refusal.DEVICE_FAILED));
            if (outcome.refused().isEmpty()) {
                // The names at once; for the states of volumes the engine is asked, which may take too long.
                assertThat(agent.shown().keySet())
                        .as("what is shown after %s", at)
                        .isEqualTo(expected.keySet());
            }
            Awaitility.await("what is shown and what exists, after " + at)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(agent.shownIds()).isEqualTo(StoredPool.Agent.existingIds(slow)));
            Awaitility.await(at + ", and once more")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> {
                        assertThat(isDone(operation, agent)).as(at).isTrue();
                        assertThat(agent.shown()).isEqualTo(expected);
                    });
        }
        assertThat(pool.shown()).as("after the next start, after %s", at).isEqualTo(expected);
        assertThat(pool.scrubbed()).as("what a deep scrub finds after %s", at).isEmpty();
        return met;
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    /**
     * What came of an operation.
     *
     * @param met whether the call that was to be slow has come
     */
    private record Outcome(boolean met, Optional<RefusedException> refused) {}

    /** Does something, lets the slow call go when there is an answer or none comes, and waits for both to end. */
    private static Outcome settled(SlowEngine slow, Action action) throws Exception {
        CompletableFuture<Optional<RefusedException>> answer = new CompletableFuture<>();
        Thread client = new Thread(() -> {
            try {
                action.run();
                answer.complete(Optional.empty());
            } catch (RefusedException refused) {
                answer.complete(Optional.of(refused));
            } catch (EngineException refused) {
                answer.complete(Optional.of(RefusedException.because(refused)));
            } catch (InterruptedException | RuntimeException | Error bug) {
                answer.completeExceptionally(bug);
            }
        });
        client.start();
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> slow.hasCome() || answer.isDone());
        try {
            answer.get(LONGER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException later) {
            // Asked again below.
        }
        boolean met = slow.hasCome();
        slow.letGo();
        Optional<RefusedException> refused = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        slow.disarm();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> !slow.isHolding());
        return new Outcome(met, refused);
    }

    /** Whether it goes well now, or has been done; a busy machine may hold back other calls for too long. */
    private static boolean isDone(StoredOperation operation, StoredPool.Agent agent) throws InterruptedException {
        try {
            operation.run(agent);
            return true;
        } catch (RefusedException refused) {
            return DONE_BEFORE.contains(refused.refusal());
        } catch (EngineException.DeviceStalled busyMachine) {
            return false;
        }
    }

    /** An agent that shows all there is. On a busy machine a start may find that something cannot be read in time. */
    private static StoredPool.Agent started(StorageEngine engine, Map<String, String> all) {
        while (true) {
            try {
                StoredPool.Agent agent = StoredPool.Agent.started(engine);
                if (agent.shown().equals(all)) {
                    return agent;
                }
                agent.close();
            } catch (EngineException.DeviceStalled busyMachine) {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * An open pool.
     *
     * @param engine what an agent has of it, which gives up waiting
     */
    private record Device(SlowEngine slow, StorageEngine engine) implements AutoCloseable {
        static Device of(StoredPool pool) {
            SlowEngine slow = new SlowEngine(pool.open());
            return new Device(slow, new DeadlineEngine(slow, DEADLINES));
        }

        /** Waits for all that is under way, however long that takes on a busy machine. */
        @Override
        public void close() {
            slow.close();
            while (true) {
                try {
                    engine.close();
                    return;
                } catch (EngineException.DeviceStalled busyMachine) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
