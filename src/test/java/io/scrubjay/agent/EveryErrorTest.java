// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.NthCallEngine.Fault;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One call of the engine goes wrong, whichever call of an operation that is. Afterwards nothing is lost, the pool holds no
 * conclusion from the error, and what was answered with success is so after the next start: the pool is as before, or as
 * the operation leaves it, byte for byte.
 *
 * <p>In memory {@link SweptCalls} says which calls are tried. On files each kind of call is tried once: each method, for
 * each kind of volume that the operation calls it for. On SPDK it is every third kind, and the next operation and the next
 * fault begin with the next third. With {@code -Dscrubjay.test.scale=2} or more each call is tried everywhere.
 */
class EveryErrorTest {
    private static final String WRITTEN = "hash of volume/vm";

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private enum Extent {
        SWEPT_CALLS,
        EVERY_KIND,
        EVERY_THIRD_KIND
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void inMemory(StoredOperation operation) throws Exception {
        sweep(operation, StoredPool.inMemory(), Extent.SWEPT_CALLS);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void inFiles(StoredOperation operation) throws Exception {
        sweep(operation, StoredPool.inFiles(directory), byScale(Extent.EVERY_KIND));
    }

    @Nested
    @NeedsSpdk
    class OnSpdk {
        @ParameterizedTest
        @EnumSource
        @Timeout(value = 15, unit = TimeUnit.MINUTES)
        void inAStore(StoredOperation operation) throws Exception {
            sweep(operation, StoredPool.onSpdk(directory, SpdkEngine::open), byScale(Extent.EVERY_THIRD_KIND));
        }
    }

    private static Extent byScale(Extent ordinary) {
        return Integer.getInteger("scrubjay.test.scale", 1) > 1 ? Extent.SWEPT_CALLS : ordinary;
    }

    private static void sweep(StoredOperation operation, StoredPool pool, Extent extent) throws Exception {
        pool.fill();
        Map<String, String> before = pool.found();
        assertThat(before).containsEntry("findings", "[]").containsEntry("unreadable", "[]");
        pool.fill();
        List<String> calls = callsOf(operation, pool);
        Map<String, String> after = pool.found();
        assertThat(calls).as("calls of %s", operation).isNotEmpty();
        assertThat(after).containsAllEntriesOf(shownOf(operation.shownAfter(before)));
        int turn = List.of(StoredOperation.values()).indexOf(operation);
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.BREAKS))) {
            for (int n : places(calls, fault, extent, turn++)) {
                pool.fill();
                boolean acknowledged = acknowledges(operation, pool, fault, n);
                Map<String, String> found = pool.found();
                if (operation == StoredOperation.WRITE && (!acknowledged || fault == Fault.DAMAGES)) {
                    // Nobody says what a volume holds whose writing failed, or was told other bytes than it held.
                    found.put(WRITTEN, after.get(WRITTEN));
                }
                assertThat(found)
                        .as("what is found after %s when call %d, %s, %s", operation, n, calls.get(n - 1), fault)
                        .isIn(acknowledged ? List.of(after) : List.of(before, after));
            }
        }
    }

    /** Without what is counted and what is read. */
    private static Map<String, String> shownOf(Map<String, String> found) {
        Map<String, String> shown = new TreeMap<>(found);
        shown.keySet().removeIf(key -> !key.contains("/") || key.startsWith("hash"));
        return shown;
    }

    /** The calls that an operation makes when all goes well. */
    private static List<String> callsOf(StoredOperation operation, StoredPool pool) throws InterruptedException {
        try (StorageEngine engine = pool.open()) {
            NthCallEngine watched = new NthCallEngine(engine);
            try (StoredPool.Agent agent = StoredPool.Agent.started(watched)) {
                if (operation != StoredOperation.START) {
                    watched.watch();
                    operation.run(agent);
                }
            }
            return watched.calls();
        }
    }

    /**
     * Which calls are to go wrong, counted from 1.
     *
     * @param turn says which third it is, where it is only a third of them
     */
    private static List<Integer> places(List<String> calls, Fault fault, Extent extent, int turn) {
        Set<String> kinds = new HashSet<>();
        List<Integer> places = SweptCalls.places(calls, turn).stream()
                .filter(n -> fault != Fault.DAMAGES || calls.get(n - 1).startsWith("read "))
                .filter(n -> kinds.add(calls.get(n - 1)) || extent == Extent.SWEPT_CALLS)
                .toList();
        return extent == Extent.EVERY_THIRD_KIND
                ? IntStream.range(0, places.size())
                        .filter(i -> (i + turn) % 3 == 0)
                        .mapToObj(places::get)
                        .toList()
                : places;
    }

    /** Whether it is answered with success. */
    private static boolean acknowledges(StoredOperation operation, StoredPool pool, Fault fault, int n)
            throws InterruptedException {
        try (StorageEngine engine = pool.open()) {
            NthCallEngine faulty = new NthCallEngine(engine);
            if (operation == StoredOperation.START) {
                faulty.arm(fault, n);
            }
            try (StoredPool.Agent agent = StoredPool.Agent.started(faulty)) {
                if (operation != StoredOperation.START) {
                    faulty.arm(fault, n);
                    operation.run(agent);
                }
                return true;
            } catch (RefusedException | EngineException refused) {
                return false;
            } finally {
                assertThat(faulty.fired())
                        .as("call %d of %s has come", n, operation)
                        .isTrue();
            }
        }
    }
}
