// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** ARCHITECTURE.md tells of every thread that the agent starts, and of no other. */
class ThreadTableTest {
    /** Where a thread gets its name: at its making, or where a method that makes threads is given one. */
    private static final Pattern IN_CODE = Pattern.compile(
            "(?:Thread\\(|super\\(task|named\\(|inBackground\\(|workers\\()[^;\"]*\"((?:scrubjay|engine)-[a-z-]+?)-?\"");

    private static final Pattern IN_TABLE = Pattern.compile("`((?:scrubjay|engine)-[a-z-]+?)(?:-n)?`");

    @Test
    void theTableHasTheThreadsThatTheCodeStarts() throws IOException {
        Set<String> inCode;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            inCode = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> IN_CODE.matcher(text(file)).results())
                    .map(found -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        assertThat(inTable()).isEqualTo(inCode).hasSizeGreaterThan(20);
    }

    private static Set<String> inTable() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("ARCHITECTURE.md"));
        return lines.subList(lines.indexOf("## Threads"), lines.indexOf("## What always holds")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf('|', 1)))
                .flatMap(cell -> IN_TABLE.matcher(cell).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
