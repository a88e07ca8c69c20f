// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import com.tngtech.archunit.core.domain.JavaMethodCall;
import io.scrubjay.MainClasses;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.NthCallEngine.Fault;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.PretendedExports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One call of the engine goes wrong, whichever call of an operation that is. Afterwards nobody has a lease of anything, and
 * each image and volume that is still there can be used: else it could not be deleted, nor read, until the agent is restarted.
 * {@link SweptCalls} says which calls are tried.
 */
class LeftLeasesTest {
    /** Ways to use an image or volume that change nothing stored, and are in no other sweep. */
    private static final Map<String, Use> LOOKS = Map.of(
            "MANIFEST", agent -> agent.manifest("disk"),
            "CLUSTERS", agent -> agent.clusters("disk"),
            "EXPORT", agent -> agent.export("disk", "vm"));

    /**
     * The classes that take a lease of an image or volume, each with what takes it in the sweep below. Whoever adds one adds
     * what takes it there. That of {@code Representation} is no part of a sweep, as it makes no call.
     */
    private static final Map<String, Set<String>> TAKERS = Map.ofEntries(
            Map.entry("CommittedManifests", Set.of("MANIFEST")),
            Map.entry("Representation", Set.of()),
            Map.entry("Exports", Set.of("EXPORT")),
            Map.entry("ContentReaders", Set.of("DOWNLOAD")),
            Map.entry("ProofAnswers", Set.of("CLUSTERS")),
            Map.entry("RunDrive", Set.of("SCRUB")),
            Map.entry("SnapshotLeaves", Set.of("SNAPSHOT")),
            Map.entry("SnapshotSource", Set.of("IMAGE_OF_SNAPSHOT")),
            Map.entry("VolumeSource", Set.of("IMAGE_OF_VOLUME")),
            Map.entry("Snapshots", Set.of("SNAPSHOT")),
            Map.entry("VolumeJobs", Set.of("INFLATE", "DECOUPLE")),
            Map.entry("VolumeReads", Set.of("READ")),
            Map.entry("VolumeWrites", Set.of("WRITE")),
            Map.entry("Volumes", Set.of("CLONE", "GROW")));

    private static final int NONE = 0;

    @FunctionalInterface
    private interface Use {
        void by(StoredPool.Agent agent) throws InterruptedException;
    }

    static Map<String, Use> uses() {
        Map<String, Use> uses = new TreeMap<>(LOOKS);
        for (StoredOperation operation : EnumSet.complementOf(EnumSet.of(StoredOperation.START))) {
            uses.put(operation.toString(), operation::run);
        }
        return uses;
    }

    static Set<String> names() {
        return uses().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nothingIsLeftInUse(String use) throws Exception {
        StoredPool pool = StoredPool.inMemory();
        List<String> calls = callsOf(use, pool, Fault.FAILS, NONE);
        assertThat(calls).as("calls of %s", use).isNotEmpty();
        int sweep = 0;
        for (Fault fault : Fault.values()) {
            for (int n : SweptCalls.places(calls, sweep++)) {
                callsOf(use, pool, fault, n);
            }
        }
    }

    /** It asks the engine for nothing. */
    @Test
    void nothingIsLeftInUseByALookAtTheHead() throws Exception {
        StoredPool pool = StoredPool.inMemory();
        pool.fill();
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.head("disk");

            assertThat(agent.leased()).isEmpty();
        }
    }

    /** One that is in no sweep could leave its lease behind, and nothing would fail. */
    @Test
    void whoeverTakesALeaseIsInTheSweep() {
        // When
        Set<String> takers = MainClasses.all().stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(LeftLeasesTest::takesLease)
                .map(call -> topLevel(call.getOriginOwner().getName()))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(takers).containsExactlyInAnyOrderElementsOf(TAKERS.keySet());
        assertThat(names())
                .containsAll(TAKERS.values().stream().flatMap(Set::stream).toList());
    }

    private static boolean takesLease(JavaMethodCall call) {
        String taken = call.getTarget().getRawReturnType().getSimpleName();
        String owner = call.getTargetOwner().getSimpleName();
        return taken.equals("Lease") && (owner.equals("Image") || owner.equals("NamedVolume"));
    }

    private static String topLevel(String type) {
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    }

    /** What it calls while the n-th of its calls goes wrong, or {@link #NONE}. */
    private static List<String> callsOf(String use, StoredPool pool, Fault fault, int n) throws Exception {
        pool.fill();
        try (StorageEngine engine = pool.open()) {
            NthCallEngine faulty = new NthCallEngine(engine);
            try (StoredPool.Agent agent = StoredPool.Agent.started(new PretendedExports(faulty).exporting())) {
                faulty.arm(fault, n);
                run(uses().get(use), agent);
                List<String> calls = faulty.calls();
                String failed = faulty.fired()
                        ? "call %d of %s, %s, %s".formatted(n, use, calls.get(n - 1), fault)
                        : "%s without a fault".formatted(use);
                assertThat(agent.leased()).as(failed).isEmpty();
                await().alias(failed)
                        .pollDelay(Duration.ZERO)
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> agent.unusable().isEmpty());
                return calls;
            }
        }
    }

    private static void run(Use use, StoredPool.Agent agent) throws InterruptedException {
        try {
            use.by(agent);
        } catch (RefusedException | EngineException | IllegalStateException | AssertionError failed) {
            // Whatever it came to.
        }
    }
}
