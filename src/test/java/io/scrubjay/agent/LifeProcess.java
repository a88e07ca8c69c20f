// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link PowerLossMain} as a process of its own, between which and libc a library of {@code src/test/c/pool-calls} stands.
 *
 * @param control where the library is, and what it writes
 * @param answers where the process writes what is to be seen after each step
 */
record LifeProcess(Path control, Path answers) {
    /** Has its directories in this one, and builds the libraries. */
    static LifeProcess in(Path directory) throws IOException, InterruptedException {
        LifeProcess life = new LifeProcess(
                Files.createDirectory(directory.resolve("control")), Files.createDirectory(directory.resolve("seen")));
        run(new ProcessBuilder("make", "-s", "-C", "src/test/c/pool-calls", "DEST=" + life.control));
        return life;
    }

    /**
     * Runs it to its end.
     *
     * @param library its file name
     * @param root the directory below which calls are the pool's
     */
    void run(String library, Path root, Path pool) throws IOException, InterruptedException {
        ProcessBuilder agent = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PowerLossMain.class.getName(),
                pool.toString(),
                answers.toString());
        agent.environment().put("LD_PRELOAD", control.resolve(library).toString());
        agent.environment().put("POOL_CALLS_ROOT", root.toString());
        agent.environment().put("POOL_CALLS_CONTROL", control.toString());
        run(agent);
    }

    private static void run(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.inheritIO().start();
        assertThat(process.waitFor()).as("%s", program.command()).isZero();
    }

    /** What was to be seen after each step. */
    static List<Map<String, String>> seen(Path answers) throws IOException {
        List<Map<String, String>> seen = new ArrayList<>();
        for (int step = 0; step < PowerLossMain.STEPS.size(); step++) {
            Map<String, String> shown = new TreeMap<>();
            for (String line : Files.readAllLines(answers.resolve(Integer.toString(step)))) {
                shown.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
            seen.add(shown);
        }
        return seen;
    }
}
