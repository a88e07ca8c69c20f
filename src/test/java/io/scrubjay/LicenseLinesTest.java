// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every source says its licence in its first line; a script that names its interpreter there, in its second. New files are
 * given the line by {@code tools/license.sh}.
 */
class LicenseLinesTest {
    private static final String LICENSE = "SPDX-License-Identifier: Apache-2.0";
    private static final Pattern SOURCE = Pattern.compile(".*\\.(java|c|h|sh)|.*/Makefile|.*/Containerfile\\..*");

    @Test
    void everySourceSaysItsLicense() throws IOException {
        try (Stream<Path> sources = Stream.concat(
                Stream.of(Path.of("dev"), Path.of(".ci", "run")),
                Stream.of("src", "tools").map(Path::of).flatMap(LicenseLinesTest::sources))) {
            assertThat(sources)
                    .hasSizeGreaterThan(100)
                    .allSatisfy(source -> assertThat(licenseLine(source))
                            .as("%s, where tools/license.sh puts it", source)
                            .isIn("// " + LICENSE, "# " + LICENSE, "/* " + LICENSE + " */"));
        }
    }

    private static Stream<Path> sources(Path directory) {
        try {
            return Files.walk(directory)
                    .filter(Files::isRegularFile)
                    .filter(file -> SOURCE.matcher(file.toString()).matches());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String licenseLine(Path source) throws IOException {
        List<String> lines = Files.readAllLines(source);
        return lines.get(lines.get(0).startsWith("#!") ? 1 : 0);
    }
}
