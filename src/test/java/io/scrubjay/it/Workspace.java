// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The directory one test class works in, and everything that has to be ended after it. Only logs are left behind; their
 * ends are printed when a test fails. Thread-safe.
 */
final class Workspace implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final int LOG_LINES_SHOWN = 60;

    private final Path directory;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    private Workspace(Path directory) {
        this.directory = directory;
    }

    static Workspace of(Class<?> test) {
        // Not below /tmp: that is often memory, which neither holds the images nor knows direct I/O.
        return new Workspace(Path.of("target", "it", test.getSimpleName()).toAbsolutePath());
    }

    Path directory() {
        return directory;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** A path nobody else uses. */
    Path fresh(String kind) {
        return directory.resolve(kind + "-" + numbers.incrementAndGet());
    }

    /** An agent with a pool and state of its own. */
    AgentSetup agent(String name) {
        return AgentSetup.of(this, name);
    }

    /** Has this ended after the last test at the latest; the last one first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        remove(directory, path -> true);
        Files.createDirectories(directory);
        // Whoever stops the tests in the middle is left no agents and no mounts.
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end of " + directory.getFileName()));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(this::show);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        context.getExecutionException().ifPresent(this::show);
        List<Exception> failures = endAll();
        if (!TestChoice.keepsFiles()) {
            remove(directory, path -> !path.getFileName().toString().endsWith(".log"));
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private List<Exception> endAll() {
        List<Exception> failures = new ArrayList<>();
        for (AutoCloseable last = open.poll(); last != null; last = open.poll()) {
            try {
                last.close();
            } catch (Exception failure) {
                failures.add(failure);
            }
        }
        return failures;
    }

    private void show(Throwable failure) {
        if (failure instanceof TestAbortedException) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path log : entries.filter(entry -> entry.toString().endsWith(".log"))
                    .sorted(Comparator.comparing(Workspace::changed).reversed())
                    .limit(2)
                    .toList()) {
                List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
                System.out.println("---- the end of " + log);
                lines.stream().skip(Math.max(0, lines.size() - LOG_LINES_SHOWN)).forEach(System.out::println);
            }
        } catch (IOException unreadable) {
            System.out.println("the logs cannot be read: " + unreadable);
        }
    }

    private static long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void remove(Path tree, Predicate<Path> wanted) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(tree)) {
            entries = walk.sorted(Comparator.reverseOrder()).filter(wanted).toList();
        }
        for (Path entry : entries) {
            if (!Files.isDirectory(entry) || isEmpty(entry)) {
                Files.delete(entry);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
