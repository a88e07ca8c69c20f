// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Settings that are on or off take the words for it, and nothing else. */
class BooleanSettingsTest {
    private static final List<String> WORDS =
            List.of("true", "false", "TRUE", "yes", "no", "y", "n", "on", "off", "1", "0");

    private static final List<Class<?>> MAPPINGS = new ArrayList<>();
    private static List<String> keys;

    @BeforeAll
    static void read() throws Exception {
        SourceTree sources = SourceTree.parse(Path.of("src", "main", "java"));
        keys = ConfigMappings.of(sources).stream()
                .flatMap(section -> section.keys().stream())
                .filter(key -> key.type().equals("`true`, `false`"))
                .map(ConfigKey::name)
                .toList();
        for (String name : sources.names()
                .filter(name -> name.matches("[a-z.]+[A-Z]\\w*Config"))
                .toList()) {
            Class<?> type = Class.forName(name);
            if (type.isAnnotationPresent(ConfigMapping.class)) {
                MAPPINGS.add(type);
            }
        }
    }

    private static void start(Map<String, String> settings) {
        SmallRyeConfigBuilder config =
                new SmallRyeConfigBuilder().addDiscoveredConverters().withDefaultValues(settings);
        MAPPINGS.forEach(config::withMapping);
        assertThat(config.build()).isNotNull();
    }

    @Test
    void thereAreSome() {
        assertThat(keys).contains("scrubjay.scrub.auto-repair", "scrubjay.security.insecure");
    }

    @Test
    void wordsForOnAndOffAreTaken() {
        for (String key : keys) {
            for (String word : WORDS) {
                assertThatCode(() -> start(Map.of(key, word)))
                        .as("%s=%s", key, word)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void otherWordsAreRefused() {
        for (String key : keys) {
            for (String word : List.of("maybe", "flase", "2", "enabled", "true false")) {
                assertThatThrownBy(() -> start(Map.of(key, word)))
                        .as("%s=%s", key, word)
                        .isInstanceOf(ConfigValidationException.class)
                        .hasMessageContaining(key)
                        .hasMessageContaining(word)
                        .hasMessageContaining("true or false");
            }
        }
    }
}
