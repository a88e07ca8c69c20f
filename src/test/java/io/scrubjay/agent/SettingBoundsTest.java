// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingBoundsTest {
    private static final Pattern NUMBER_OR_DURATION =
            Pattern.compile("^\\| `(scrubjay\\.[a-z.-]+)` \\| (number|duration) \\|.*", Pattern.MULTILINE);
    /** Refused by SPDK's opening when the machine has no such core. */
    private static final String CORE = "scrubjay.spdk.core";

    private static SmallRyeConfig settings(String key, String value) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValues(Map.of(key, value))
                .build();
    }

    static Set<String> numbers() {
        return SettingBounds.NUMBERS.keySet();
    }

    static Set<String> times() {
        return SettingBounds.SOME_TIME;
    }

    static Stream<String> all() {
        return Stream.concat(numbers().stream(), times().stream());
    }

    @Test
    void noSettingIsForgotten() throws IOException {
        Set<String> documented = NUMBER_OR_DURATION
                .matcher(Files.readString(Path.of("docs", "configuration.md")))
                .results()
                .map(row -> row.group(1))
                .filter(key -> !key.equals(CORE))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented)
                .isEqualTo(Stream.concat(all(), SettingBounds.ANY_TIME.stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noneOfThemMayBeNothingOrLess(String key) {
        for (String value : new String[] {"0", "-1"}) {
            assertThatThrownBy(() -> SettingBounds.require(settings(key, value)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(key + "=" + value + " is wrong: it must be at least 1");
        }
        assertThatCode(() -> SettingBounds.require(settings(key, "1"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("all")
    void noneOfThemMayBeMoreThanCanBeCounted(String key) {
        for (String value : new String[] {"2147483647", "1000001000"}) {
            assertThatThrownBy(() -> SettingBounds.require(settings(key, value)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(key + "=" + value + " is wrong")
                    .hasMessageContaining(" at most");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "scrubjay.shutdown.grace, -1s",
        "scrubjay.shutdown.grace, 999999d",
        "scrubjay.scrub.jitter, -1s",
        "scrubjay.scrub.jitter, 999999d",
        "scrubjay.ingest.idle-timeout, 99999999999d",
        "scrubjay.spdk.export.port, 65536"
    })
    void whatIsOutOfBoundsIsNamed(String key, String value) {
        assertThatThrownBy(() -> SettingBounds.require(settings(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(key + "=" + value + " is wrong");
    }

    @ParameterizedTest
    @CsvSource({"scrubjay.shutdown.grace, 0s", "scrubjay.scrub.jitter, 0s", "scrubjay.scrub.max-age, 3650d"})
    void boundsThemselvesAreRight(String key, String value) {
        assertThatCode(() -> SettingBounds.require(settings(key, value))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"-5s", "0s", "PT0.0009S", "-1ms"})
    void timeOfLessThanAMillisecondIsNone(String value) {
        assertThatThrownBy(() -> SettingBounds.require(settings("scrubjay.http.json-timeout", value)))
                .hasMessageContaining("scrubjay.http.json-timeout=" + value);
    }

    @Test
    void whatNobodyHasSetIsRight() {
        assertThatCode(() -> SettingBounds.require(settings("scrubjay.engine", "file")))
                .doesNotThrowAnyException();
    }
}
