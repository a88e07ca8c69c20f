// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A program of the tests in a process of its own, which says what it has done and waits for a byte before it goes on. */
final class SteppedProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;

    private SteppedProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it; what it says is in {@code log}. */
    static SteppedProcess start(Path log, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + log + ".hs_err",
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

    private String said() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Waits until it has said so. */
    void await(String text) {
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

    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Waits until it ends; with which status. */
    int status() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends: %s", said())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        int unused = process.destroyForcibly().waitFor();
    }
}
