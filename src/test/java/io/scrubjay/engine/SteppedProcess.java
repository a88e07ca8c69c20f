// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A program of the tests in a process of its own, which says what it has done and waits for a line before it goes on. */
public final class SteppedProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String CRASH = ".hs_err";

    private final Process process;
    private final Path log;

    private SteppedProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it; what it says is in {@code log}. */
    public static SteppedProcess start(Path log, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + log + CRASH,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(List.of(arguments));
        return new SteppedProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** All that it has said so far. */
    public String said() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Waits until it has said so. */
    public void await(String text) {
        Awaitility.await(text).atMost(PATIENCE).until(() -> {
            // ORDER: what it said before it ended counts.
            boolean alive = process.isAlive();
            String said = said();
            assertThat(alive || said.contains(text))
                    .as("it ended by itself: %s", said)
                    .isTrue();
            return said.contains(text);
        });
    }

    public void goOn() throws IOException {
        tell("");
    }

    /** Has it go on with this. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until it has said one of these, or has ended; whether it goes on. */
    public boolean awaitOrEnd(String... texts) {
        Awaitility.await(String.join(" or ", texts))
                .atMost(PATIENCE)
                .until(() -> !process.isAlive() || hasSaidOneOf(texts));
        return process.isAlive();
    }

    private boolean hasSaidOneOf(String... texts) throws IOException {
        return Stream.of(texts).anyMatch(said()::contains);
    }

    /** Whether its JVM has written down that it crashed. */
    public boolean hasCrashed() {
        return Files.exists(Path.of(log + CRASH));
    }

    /** Waits until it ends; with which status. */
    public int status() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends: %s", said())
                .isTrue();
        return process.exitValue();
    }

    /** Ends it, and waits until it has ended, also in an interrupted thread. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
