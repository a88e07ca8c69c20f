// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code mvn test -Dtest=ConfigPageTest -Dscrubjay.update=true} writes the page anew. */
class ConfigPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    private static List<ConfigSection> sections;

    @BeforeAll
    static void read() throws IOException {
        sections = ConfigMappings.of(SourceTree.parse(Path.of("src", "main", "java")));
    }

    private static ConfigKey key(String name) {
        return sections.stream()
                .flatMap(section -> section.keys().stream())
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pageSaysWhatTheSourcesSay() throws IOException {
        // Given
        String expected = ConfigPage.of(sections);

        // When
        if (Boolean.getBoolean("scrubjay.update")) {
            Files.writeString(PAGE, expected);
        }

        // Then
        assertThat(PAGE)
                .as("stale: mvn test -Dtest=ConfigPageTest -Dscrubjay.update=true writes it anew")
                .hasContent(expected);
    }

    @Test
    void everySettingIsExplained() {
        assertThat(sections).allSatisfy(section -> {
            assertThat(section.meaning()).as(section.prefix()).isNotBlank();
            assertThat(section.keys())
                    .allSatisfy(key -> assertThat(key.meaning()).as(key.name()).isNotBlank());
        });
    }

    @Test
    void keysHaveNamesTypesAndDefaultsAsTheyAreWritten() {
        assertThat(key("scrubjay.ingest.idle-timeout").type()).isEqualTo("duration");
        assertThat(key("scrubjay.ingest.idle-timeout").defaultValue()).isEqualTo("`60s`");
        assertThat(key("scrubjay.pool.format").type()).isEqualTo("`never`, `if-blank`");
        assertThat(key("scrubjay.spdk.device").defaultValue()).isEmpty();
        assertThat(key("scrubjay.spdk.export.hosts").type()).isEqualTo("list, with commas, of: text");
    }
}
