// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program of the tests as a process of its own, between which and libc a library of {@code src/test/c/pool-calls} stands.
 *
 * @param control where the libraries are, and what they and a test tell each other
 */
public record PreloadedProcess(Path control) {
    /** Has its directory in this one, and builds the libraries. */
    public static PreloadedProcess in(Path directory) throws IOException, InterruptedException {
        PreloadedProcess process = new PreloadedProcess(Files.createDirectory(directory.resolve("control")));
        run(new ProcessBuilder("make", "-s", "-C", "src/test/c/pool-calls", "DEST=" + process.control));
        return process;
    }

    /**
     * Runs it to its end, which has to be a good one.
     *
     * @param library its file name
     * @param root the directory below which calls are the pool's
     */
    public void run(String library, Path root, Class<?> program, Path... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_PRELOAD", control.resolve(library).toString());
        builder.environment().put("POOL_CALLS_ROOT", root.toString());
        builder.environment().put("POOL_CALLS_CONTROL", control.toString());
        run(builder);
    }

    private static void run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.inheritIO().start();
        assertThat(process.waitFor()).as("%s", builder.command()).isZero();
    }
}
