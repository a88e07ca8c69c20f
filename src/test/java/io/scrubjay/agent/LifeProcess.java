// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.PreloadedProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@link PowerLossMain} as a process of its own.
 *
 * @param process how it is run
 * @param answers where the process writes what is to be seen after each step
 */
record LifeProcess(PreloadedProcess process, Path answers) {
    /** Has its directories in this one. */
    static LifeProcess in(Path directory) throws IOException, InterruptedException {
        return new LifeProcess(PreloadedProcess.in(directory), Files.createDirectory(directory.resolve("seen")));
    }

    /** Runs it to its end, below a library of this name; calls below {@code root} are the pool's. */
    void run(String library, Path root, Path pool) throws IOException, InterruptedException {
        process.run(library, root, PowerLossMain.class, pool, answers);
    }

    Path control() {
        return process.control();
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
