// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<Path> sources = new ArrayList<>(List.of(Path.of("dev"), Path.of(".ci", "run")));
        sources.addAll(sources(Path.of("src")));
        sources.addAll(sources(Path.of("tools")));
        assertThat(sources)
                .hasSizeGreaterThan(100)
                .allSatisfy(source -> assertThat(licenseLine(source))
                        .as("%s, where tools/license.sh puts it", source)
                        .isIn("// " + LICENSE, "# " + LICENSE, "/* " + LICENSE + " */"));
    }

    private static List<Path> sources(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> SOURCE.matcher(file.toString()).matches())
                    .toList();
        }
    }

    private static String licenseLine(Path source) throws IOException {
        List<String> lines = Files.readAllLines(source);
        return lines.get(lines.get(0).startsWith("#!") ? 1 : 0);
    }
}
