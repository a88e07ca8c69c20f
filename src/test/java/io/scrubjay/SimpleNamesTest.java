// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A class is told from every other by its simple name: whoever reads it need not look up which package is meant. */
class SimpleNamesTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void noTwoClassesHaveOneSimpleName() throws IOException {
        // When
        Map<String, List<Path>> byName;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            byName = all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
        }

        // Then
        assertThat(byName).hasSizeGreaterThan(100);
        assertThat(byName.values()).allSatisfy(files -> assertThat(files).hasSize(1));
    }
}
