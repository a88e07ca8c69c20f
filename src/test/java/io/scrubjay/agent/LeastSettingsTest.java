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

class LeastSettingsTest {
    private static final Pattern NUMBER_OR_DURATION =
            Pattern.compile("^\\| `(scrubjay\\.[a-z.-]+)` \\| (number|duration) \\|.*", Pattern.MULTILINE);
    /** Where none is an answer, too; they are refused by themselves when they are less. */
    private static final Set<String> MAY_BE_NOTHING =
            Set.of("scrubjay.scrub.jitter", "scrubjay.shutdown.grace", "scrubjay.spdk.core");

    private static SmallRyeConfig settings(String key, String value) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValues(Map.of(key, value))
                .build();
    }

    static Set<String> numbers() {
        return LeastSettings.AT_LEAST_ONE;
    }

    static Set<String> times() {
        return LeastSettings.SOME_TIME;
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
                .filter(key -> !MAY_BE_NOTHING.contains(key))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(all().collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noneOfThemMayBeNothingOrLess(String key) {
        for (String value : new String[] {"0", "-1"}) {
            assertThatThrownBy(() -> LeastSettings.require(settings(key, value)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(key + "=" + value + " is wrong: it must be at least 1");
        }
        assertThatCode(() -> LeastSettings.require(settings(key, "1"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"-5s", "0s", "PT0.0009S", "-1ms"})
    void timeOfLessThanAMillisecondIsNone(String value) {
        assertThatThrownBy(() -> LeastSettings.require(settings("scrubjay.http.json-timeout", value)))
                .hasMessageContaining("scrubjay.http.json-timeout=" + value);
    }

    @Test
    void whatNobodyHasSetIsRight() {
        assertThatCode(() -> LeastSettings.require(settings("scrubjay.engine", "file")))
                .doesNotThrowAnyException();
    }
}
