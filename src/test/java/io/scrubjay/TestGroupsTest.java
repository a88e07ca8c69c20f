// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The build runs some tests in processes of their own, and looks for them in these places only: pom.xml. */
class TestGroupsTest {
    private static final Path TESTS = Path.of("src", "test", "java", "io", "scrubjay");

    @Test
    void testsThatNeedHelmAreInItsPackage() throws IOException {
        assertThat(annotated("@Tag(\"helm\")")).isNotEmpty().allMatch(file -> file.matches("chart/\\w+Test[.]java"));
    }

    @Test
    void testsThatNeedPollingAreThoseOfNvme() throws IOException {
        assertThat(annotated("@NeedsPolling"))
                .isNotEmpty()
                .allMatch(file -> file.matches("engine/spdk/Nvme\\w*Test[.]java"));
    }

    @Test
    void testsOfTheWholeAgentAreWhereOneProcessRunsThemAll() throws IOException {
        assertThat(annotated("@QuarkusTest"))
                .isNotEmpty()
                .allMatch(file -> file.matches("(api|gate)/.*|agent/(MetricNames|RequestTags)Test[.]java"));
    }

    /** The files, below the common package, that have this annotation alone on a line. */
    private static List<String> annotated(String annotation) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file ->
                            lines(file).stream().anyMatch(line -> line.strip().equals(annotation)))
                    .map(file -> TESTS.relativize(file).toString())
                    .toList();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
