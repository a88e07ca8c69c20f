// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.NthCallEngine.Fault;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.image.RefusedException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One call of the engine goes wrong, for every call that an operation makes. Afterwards nothing is lost, the pool holds no
 * conclusion from the error, and what was answered with success is so after the next start.
 */
class EveryErrorTest {
    private static final int CALLS_MAX = 2000;

    @TempDir
    Path directory;

    /** What is done while a call goes wrong, and what may then be otherwise. */
    private enum Operation {
        START("", ""),
        SCRUB("", ""),
        DELETE_IMAGE("image/spare", ""),
        DELETE_VOLUME("volume/vm", ""),
        DELETE_SNAPSHOT("snapshot/monday", ""),
        CREATE_VOLUME("", "volume/new"),
        CLONE("", "volume/new"),
        SNAPSHOT("", "snapshot/new"),
        INGEST("", "image/new");

        private final String goes;
        private final String comes;

        Operation(String goes, String comes) {
            this.goes = goes;
            this.comes = comes;
        }

        private void run(StoredPool.Agent agent) throws InterruptedException {
            switch (this) {
                case START -> {
                    // It has happened.
                }
                case SCRUB -> agent.scrub();
                case DELETE_IMAGE -> agent.deleteImage("spare");
                case DELETE_VOLUME -> agent.deleteVolume("vm");
                case DELETE_SNAPSHOT -> agent.deleteSnapshot("monday");
                case CREATE_VOLUME -> agent.createVolume("new");
                case CLONE -> agent.cloneImage("disk", "new");
                case SNAPSHOT -> agent.snapshot("vm", "new");
                case INGEST -> agent.ingest("new");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void inMemory(Operation operation) throws Exception {
        sweep(operation, StoredPool.inMemory());
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"START", "SCRUB", "DELETE_IMAGE", "SNAPSHOT"})
    void inFiles(Operation operation) throws Exception {
        sweep(operation, StoredPool.inFiles(directory));
    }

    @Nested
    @NeedsSpdk
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    class OnSpdk {
        /** That a call was done and answers with an error, or late, is nothing to the engine below: memory shows it. */
        @ParameterizedTest
        @EnumSource(
                value = Operation.class,
                names = {"START", "DELETE_IMAGE", "SNAPSHOT"})
        void inAStore(Operation operation) throws Exception {
            sweep(operation, StoredPool.onSpdk(directory, SpdkEngine::open), EnumSet.of(Fault.FAILS));
        }
    }

    private static void sweep(Operation operation, StoredPool pool) throws Exception {
        sweep(operation, pool, EnumSet.allOf(Fault.class));
    }

    private static void sweep(Operation operation, StoredPool pool, Set<Fault> faults) throws Exception {
        pool.fill();
        Map<String, String> before = pool.shown();
        for (Fault fault : faults) {
            int n = 1;
            while (meets(operation, pool, before, fault, n)) {
                n++;
                assertThat(n).as("calls of %s", operation).isLessThan(CALLS_MAX);
            }
            assertThat(n).as("calls of %s", operation).isGreaterThan(3);
        }
    }

    /** Whether the operation made as many calls. */
    private static boolean meets(Operation operation, StoredPool pool, Map<String, String> before, Fault fault, int n)
            throws Exception {
        pool.fill();
        boolean fired;
        boolean acknowledged;
        try (StorageEngine engine = pool.open()) {
            NthCallEngine faulty = new NthCallEngine(engine);
            if (operation == Operation.START) {
                faulty.arm(fault, n);
                acknowledged = starts(faulty);
            } else {
                StoredPool.Agent agent = StoredPool.Agent.started(faulty);
                faulty.arm(fault, n);
                acknowledged = acknowledges(operation, agent);
            }
            fired = faulty.fired();
        }
        String at = operation + " when call " + n + " " + fault;
        Map<String, String> after = pool.shown();
        assertThat(kept(after, operation)).as("what remains after %s", at).isEqualTo(kept(before, operation));
        assertThat(after.getOrDefault(operation.goes, "gone"))
                .as("%s after %s", operation.goes, at)
                .isIn(acknowledged ? List.of("gone") : List.of("gone", before.getOrDefault(operation.goes, "gone")));
        assertThat(after.getOrDefault(operation.comes, "gone"))
                .as("%s after %s", operation.comes, at)
                .isIn(acknowledged ? List.of(operation.comes.isEmpty() ? "gone" : "ready") : List.of("gone", "ready"));
        if (!operation.comes.isEmpty()) {
            assertThat(pool.scrubbed())
                    .as("what a deep scrub finds after %s", at)
                    .isEmpty();
        }
        return fired;
    }

    private static Map<String, String> kept(Map<String, String> shown, Operation operation) {
        Map<String, String> kept = new TreeMap<>(shown);
        kept.remove(operation.goes);
        kept.remove(operation.comes);
        return kept;
    }

    private static boolean starts(StorageEngine engine) {
        try {
            StoredPool.Agent.started(engine).close();
            return true;
        } catch (EngineException refused) {
            return false;
        }
    }

    private static boolean acknowledges(Operation operation, StoredPool.Agent agent) throws InterruptedException {
        try (agent) {
            operation.run(agent);
            return true;
        } catch (RefusedException refused) {
            return false;
        }
    }
}
