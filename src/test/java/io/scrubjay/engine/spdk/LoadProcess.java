// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.LoadMain.End;
import io.scrubjay.engine.spdk.LoadMain.Load;
import io.scrubjay.engine.spdk.LoadMain.Owner;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** {@link LoadMain} in a process of its own. Confined to one thread. */
final class LoadProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SIGINT_BIT = 1 << 1;
    /** About. */
    private static final int EVENT_BYTES = 20;

    private final Path log;
    private final Path journal;
    private final Process process;

    private final long journalBytesBefore;

    private LoadProcess(Path log, Path journal, Process process, long journalBytesBefore) {
        this.log = log;
        this.journal = journal;
        this.journalBytesBefore = journalBytesBefore;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param directory where the journal and the logs lie
     * @param device as {@link SpdkDevice#parse} reads it
     */
    static LoadProcess start(Path directory, SpdkDevice device, Load load, End end, long seed) {
        return start(directory, device, load, Owner.CLOSES, end, seed);
    }

    /** Starts one that may forget about its pool. */
    static LoadProcess start(Path directory, SpdkDevice device, Load load, Owner owner, End end, long seed) {
        Path journal = directory.resolve("journal");
        long journalBytesBefore = journal.toFile().length();
        try {
            Path log = Files.createTempFile(directory, load + "-" + end + "-", ".log");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-ea",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:ErrorFile=" + directory.resolve("hs_err_%p"),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            LoadMain.class.getName(),
                            device.toString(),
                            journal.toString(),
                            load.name(),
                            owner.name(),
                            end.name(),
                            Long.toString(seed))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new LoadProcess(log, journal, process, journalBytesBefore);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it has written about so many events more; fails if it ends before. */
    void awaitEvents(int count) {
        Awaitility.await("load")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    assertThat(process.isAlive())
                            .as("the process ended by itself: %s", log())
                            .isTrue();
                    return journal.toFile().length() >= journalBytesBefore + (long) count * EVENT_BYTES;
                });
    }

    /** Whether SIGINT will reach one: it does not when whoever runs the tests, and thus this process, has it ignored. */
    static boolean hearsInterrupts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigCgt:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0);
    }

    /** Waits for the end, and gives the status; none if it does not come. */
    Optional<Integer> end(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    /** Fails unless it ends with a status. */
    void requireEnd(int status) throws InterruptedException {
        assertThat(end(PATIENCE)).as("exit status: %s", log()).contains(status);
    }

    /** Ends it as an administrator would. */
    void terminate() {
        process.destroy();
    }

    /** Ends it as a terminal would. */
    void interrupt() throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start();
    }

    /** Ends it as a power switch would, but for the kernel's memory. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** What it has printed. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it if it still runs. */
    @Override
    public void close() {
        kill();
    }
}
