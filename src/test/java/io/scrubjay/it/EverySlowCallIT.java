// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A system call on the pool is held for longer than each timeout of the agent, and goes on then; for every kind of call
 * that any request makes. The client has an answer that is true, the probes answer meanwhile, and nothing is left behind.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class EverySlowCallIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(EverySlowCallIT.class);

    private static final long SEED = TestChoice.seed(EverySlowCallIT.class);
    /** Agents with a pool each: mostly they wait. */
    private static final int LANES = 6;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path disk = SparseFile.writeDense(WORKSPACE.fresh("disk"), SEED, (2 << 20) + (64 << 10));

    @Test
    void everyClientHasAnAnswerThatIsTrue() throws Exception {
        List<Callable<List<String>>> lanes = new ArrayList<>();
        for (int number = 0; number < LANES; number++) {
            SlowCallLane lane = lane("lane-" + number, number);
            List<ClientOperation> operations = operations(number);
            lanes.add(() -> lane.sweep(operations));
        }
        atOnce(lanes).forEach(lane -> lane.forEach(System.out::println));
    }

    /** No sync comes to its end any more, or no rename, as on a disk that hangs. */
    @Test
    void anAgentThatIsAskedToEndDoesSoWhileACallHangs() throws Exception {
        SlowCallLane upload = lane("ends-upload", LANES);
        SlowCallLane deletion = lane("ends-deletion", LANES + 1);
        SlowCallLane write = lane("ends-write", LANES + 2);
        List<Callable<List<String>>> lanes = new ArrayList<>();
        lanes.add(() -> ended(upload, ClientOperation.UPLOAD, new PoolCalls.Kind("fdatasync", "*")));
        lanes.add(() -> ended(deletion, ClientOperation.DELETE_IMAGE, new PoolCalls.Kind("rename", "*")));
        lanes.add(() -> ended(write, ClientOperation.WRITE, new PoolCalls.Kind("pwrite", "volumes/volume-*/data")));
        atOnce(lanes);
    }

    @Test
    void readinessSaysThatThePoolTakesNoWritesUntilItDoes() {
        // Given
        SlowCallLane lane = lane("probe", LANES + 3);
        PatientClient client = lane.start();

        // When
        lane.calls().holdAll(new PoolCalls.Kind("fsync", "proof*"));

        // Then
        await("readiness to go down").atMost(PATIENCE).untilAsserted(() -> {
            CurlAnswer ready = SlowCallLane.probe(client, "ready").require(503);
            assertThat(SlowCallLane.reason(ready)).contains("has not finished in time");
        });
        SlowCallLane.probe(client, "live").require(200);
        lane.calls().letGo();
        await("readiness to come back")
                .atMost(PATIENCE)
                .until(() -> client.agent().readiness() == 200);
        lane.requireSameAfterRestart(client);
    }

    private SlowCallLane lane(String name, int number) {
        return new SlowCallLane(WORKSPACE.agent(name), disk, SEED + number);
    }

    private static List<String> ended(SlowCallLane lane, ClientOperation operation, PoolCalls.Kind kind) {
        lane.endsWhileHeld(operation, kind);
        return List.of();
    }

    private static List<List<String>> atOnce(List<Callable<List<String>>> lanes) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
        try {
            List<List<String>> told = new ArrayList<>();
            for (Future<List<String>> lane : threads.invokeAll(lanes)) {
                told.add(lane.get());
            }
            return told;
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Those of one lane. */
    private static List<ClientOperation> operations(int lane) {
        ClientOperation[] all = ClientOperation.values();
        return IntStream.range(0, all.length)
                .filter(i -> i % LANES == lane)
                .mapToObj(i -> all[i])
                .toList();
    }
}
