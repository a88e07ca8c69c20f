// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The system calls that an agent makes on its pool: which ones, and one of them held for as long as a test likes. A
 * library of our own stands between the agent and libc ({@code src/test/c/pool-calls}). Thread-safe.
 */
final class PoolCalls {
    private static final String SOURCES = "src/test/c/pool-calls";
    private static final String LIBRARY = "pool-calls.so";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Path library;
    private final Path control;
    private final AtomicInteger orders = new AtomicInteger();

    private PoolCalls(Path library, Path control) {
        this.library = library;
        this.control = control;
    }

    /**
     * A call on files of one kind.
     *
     * @param call its name
     * @param paths a pattern for the path below the pool, or for both paths where it has two, with a blank between
     */
    record Kind(String call, String paths) implements Comparable<Kind> {
        private static Kind of(String line) {
            String[] words = line.split(" ", 2);
            return new Kind(
                    words[0],
                    words[1].replaceAll("[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", "*")
                            .replace("~", "*"));
        }

        @Override
        public int compareTo(Kind other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return call + " " + paths;
        }
    }

    /** Those of agents to come; builds the library. */
    static PoolCalls in(Workspace workspace) {
        try {
            Path control = Files.createDirectories(workspace.fresh("calls"));
            Command.run("make", "-s", "-C", SOURCES, "DEST=" + control);
            return new PoolCalls(control.resolve(LIBRARY), control);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same agent, whose calls these are. */
    AgentSetup of(AgentSetup setup) {
        return setup.launchedBy(
                "env", "LD_PRELOAD=" + library, "POOL_CALLS_ROOT=" + setup.pool(), "POOL_CALLS_CONTROL=" + control);
    }

    /** The kinds of calls that an action makes. */
    Set<Kind> during(Runnable action) {
        int before = lines().size();
        action.run();
        List<String> all = lines();
        return all.subList(before, all.size()).stream().map(Kind::of).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Has the first call of a kind held from here on. */
    void holdFirst(Kind kind) {
        order("hold " + kind.call() + " 1 " + kind.paths());
    }

    /** Has each call of a kind held from here on. */
    void holdAll(Kind kind) {
        order("hold " + kind.call() + " 0 " + kind.paths());
    }

    boolean isHolding() {
        return Files.exists(control.resolve("held"));
    }

    /** Holds no call any more, and waits until the one that is held goes on. */
    void letGo() {
        order("pass");
        Awaitility.await("the end of holding a call")
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(() -> !isHolding());
    }

    /** Holds no call any more; whoever made the one that was held is gone. */
    void forget() {
        order("pass");
        try {
            Files.deleteIfExists(control.resolve("held"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void order(String text) {
        Path fresh = control.resolve("order~");
        try {
            Files.writeString(fresh, orders.incrementAndGet() + " " + text);
            Files.move(fresh, control.resolve("order"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private List<String> lines() {
        try {
            Path calls = control.resolve("calls");
            return Files.exists(calls) ? Files.readAllLines(calls, StandardCharsets.UTF_8) : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
