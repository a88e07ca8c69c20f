// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** The table in the chart's README is made of values.yaml: {@code ./dev test -Dtest=ValuesTableTest -Dscrubjay.update}. */
class ValuesTableTest {
    private static final Path README = Chart.DIRECTORY.resolve("README.md");
    private static final String BEGIN = "<!-- values: begin -->\n";
    private static final String END = "<!-- values: end -->\n";

    @Test
    void theReadmeHasIt() throws IOException {
        // Given
        String readme = Files.readString(README);
        // When
        String table = ValuesTable.of(Chart.DIRECTORY.resolve("values.yaml")).markdown();
        // Then
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        if (System.getProperty("scrubjay.update") != null) {
            Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
        } else {
            assertThat(readme.substring(begin, end))
                    .as("run again with -Dscrubjay.update")
                    .isEqualTo(table);
        }
    }

    @Test
    void everyValueIsExplained() throws IOException {
        assertThat(ValuesTable.of(Chart.DIRECTORY.resolve("values.yaml")).rows())
                .hasSizeGreaterThan(50)
                .allSatisfy(row -> assertThat(row.comment()).as(row.path()).isNotEmpty());
    }
}
