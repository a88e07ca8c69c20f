// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Chromium without a window, which shows a page until it is closed. Thread-safe. */
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;

    private Chromium(Process process) {
        this.process = process;
    }

    /** Skips the test if there is none. */
    static void require() {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "skipped: no /usr/bin/chromium; install chromium");
    }

    /** Opens a page. The browser's log and profile are in the workspace, which closes it at the latest. */
    static Chromium open(Workspace workspace, URI page) {
        Path profile = workspace.fresh("chromium");
        List<String> command = List.of(
                PROGRAM.toString(),
                "--headless",
                // Its sandbox does not work for root, nor in most containers; the pages are the tests' own.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--user-data-dir=" + profile,
                // Without it, it would end as soon as the page is loaded.
                "--remote-debugging-port=0",
                page.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Path.of(profile + ".log").toFile());
        // Whatever it keeps outside of its profile.
        builder.environment().put("HOME", profile.toString());
        try {
            return workspace.closing(new Chromium(builder.start()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it, and everything that it has started. */
    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("chromium did not end");
            }
            for (ProcessHandle one : all) {
                one.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
