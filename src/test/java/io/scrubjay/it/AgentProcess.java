// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One agent: a process of its own, started from what was built on a port the system picks. Thread-safe, as it only talks
 * to the process.
 */
final class AgentProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (https?://[0-9.]+:[0-9]+)");
    private static final Pattern MANAGEMENT =
            Pattern.compile("Management interface listening on (https?://[0-9.]+:[0-9]+)");
    private static final Pattern CRASH_REPORT = Pattern.compile("hs_err.*");
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final long STOP_PATIENCE_SECONDS = 300;
    private static final long POLL_MILLIS = 20;
    /** What a virtual machine that was asked to end by SIGTERM ends with. */
    private static final int TERMINATED = 143;
    /** The same by SIGINT. */
    private static final int INTERRUPTED = 130;

    private static final long SIGINT_BIT = 1 << 1;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AgentSetup setup;
    private final Process process;
    private final Path log;
    private volatile Optional<URI> address = Optional.empty();

    private AgentProcess(AgentSetup setup, Process process, Path log) {
        this.setup = setup;
        this.process = process;
        this.log = log;
    }

    static AgentProcess launch(AgentSetup setup) {
        Path log = Path.of(setup.workspace().fresh(setup.name()) + ".log");
        List<String> options = new ArrayList<>(setup.jvmOptions());
        options.add("-Dquarkus.http.host=127.0.0.1");
        options.add("-Dquarkus.http.port=0");
        options.add("-Dscrubjay.pool.path=" + setup.pool());
        options.add("-Dscrubjay.state.path=" + setup.state());
        setup.properties().forEach((key, value) -> options.add("-D" + key + "=" + value));
        List<String> command = new ArrayList<>(setup.launcher());
        command.addAll(BuiltAgent.current().command(setup.workspace(), options));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(setup.workspace().directory().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new AgentProcess(setup, process, log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    AgentSetup setup() {
        return setup;
    }

    long pid() {
        return process.pid();
    }

    PoolFiles pool() {
        return setup.files();
    }

    URI address() {
        return address.orElseThrow();
    }

    /** Where its probes and metrics are; known once it listens. */
    URI management() {
        Matcher listening = MANAGEMENT.matcher(log());
        assertThat(listening.find()).as("a management interface in %s", log()).isTrue();
        return URI.create(listening.group(1));
    }

    /** A curl for this path of the agent. */
    Curl curl(String path) {
        return new Curl(setup.workspace(), address().resolve(path));
    }

    /** The images of the agent. */
    ImageClient images() {
        return new ImageClient(this);
    }

    void awaitReady() {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (!isReady()) {
            assertThat(process.isAlive())
                    .as("the agent ended by itself: %s", lastLines())
                    .isTrue();
            assertThat(System.nanoTime())
                    .as("the agent is not ready: %s", lastLines())
                    .isLessThan(end);
            pause();
        }
    }

    /** What the agent says of its readiness, as an HTTP status; 0 when it does not answer. */
    int readiness() {
        if (address.isEmpty()) {
            Matcher listening = LISTENING.matcher(log());
            if (!listening.find()) {
                return 0;
            }
            address = Optional.of(URI.create(listening.group(1)));
        }
        URI ready = management().resolve("/q/health/ready");
        try {
            return HTTP.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private boolean isReady() {
        return readiness() == 200;
    }

    /** Ends the agent as a power switch would, but for the kernel's memory. */
    void kill9() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends the agent as an administrator would, by SIGTERM; it has to end as it should. */
    void terminate() {
        askToEnd();
        requireOrderlyEnd();
    }

    /** Sends SIGTERM, and does not wait. */
    void askToEnd() {
        process.destroy();
    }

    /** Waits for the end of an agent that was asked to, which has to be as it should. */
    void requireOrderlyEnd() {
        int status = awaitEnd();
        assertThat(status).as("exit status after SIGTERM: %s", lastLines()).isIn(0, TERMINATED);
        requireNoCrash();
    }

    /** Ends the agent as a terminal would, by SIGINT; it has to end as it should. */
    void interrupt() {
        Command.run("kill", "-INT", Long.toString(pid()));
        int status = awaitEnd();
        assertThat(status).as("exit status after SIGINT: %s", lastLines()).isIn(0, INTERRUPTED);
        requireNoCrash();
    }

    /** Whether SIGINT reaches it: it does not when whoever runs the tests has it ignored. */
    boolean hearsInterrupts() {
        String caught = Command.run("grep", "SigCgt", "/proc/" + pid() + "/status");
        return (Long.parseUnsignedLong(caught.replace("SigCgt:", "").strip(), 16) & SIGINT_BIT) != 0;
    }

    /** Waits for an agent that ends by itself, and gives its exit status. */
    int awaitEnd() {
        try {
            boolean ended = process.waitFor(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(ended).as("the agent did not end: %s", lastLines()).isTrue();
            return process.exitValue();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private void requireNoCrash() {
        assertThat(setup.workspace().directory())
                .isDirectoryNotContaining(file ->
                        CRASH_REPORT.matcher(file.getFileName().toString()).matches());
    }

    /** Everything it has written. */
    String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The lines that tell of an error: lost buffers and failed clean-ups are among them. */
    List<String> errors() {
        return log().lines().filter(line -> line.contains(" ERROR ")).toList();
    }

    /** The most memory it has had so far, as the kernel counts it. */
    long residentBytesMax() {
        return statusBytes("VmHWM:");
    }

    /** The memory it has now, as the kernel counts it. */
    long residentBytes() {
        return statusBytes("VmRSS:");
    }

    /** The files that it has mapped into its memory, its libraries among them. */
    Set<Path> mappedFiles() {
        try (Stream<String> mappings = Files.lines(Path.of("/proc/" + process.pid() + "/maps"))) {
            return mappings.map(line -> line.split(" +", 6))
                    .filter(fields -> fields.length == 6 && fields[5].startsWith("/"))
                    .map(fields -> Path.of(fields[5]))
                    .collect(Collectors.toSet());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    private long statusBytes(String line) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(one -> one.startsWith(line))
                    .mapToLong(one -> Long.parseLong(one.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String lastLines() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
