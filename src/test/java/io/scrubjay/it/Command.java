// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A command of the system that tests need. */
final class Command {
    private Command() {}

    /** Runs a command, which has to succeed, and gives what it printed. */
    static String run(String... words) {
        Result result = attempt(words);
        assertThat(result.status())
                .as("exit status of %s: %s", List.of(words), result.output())
                .isZero();
        return result.output();
    }

    /** Runs a command that may fail. */
    static Result attempt(String... words) {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        // An ordinary user's path leaves out where mke2fs lies.
        builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /**
     * How it ended.
     *
     * @param output what it printed, errors included
     */
    record Result(int status, String output) {}
}
