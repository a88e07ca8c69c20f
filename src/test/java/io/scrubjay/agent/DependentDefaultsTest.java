package io.scrubjay.agent;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class DependentDefaultsTest {
    private static final String MANAGEMENT_PORT = "quarkus.management.port";
    private static final String INSECURE_REQUESTS = "quarkus.http.insecure-requests";

    private static SmallRyeConfig config(Map<String, String> configured) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(configured, "configured", 100))
                .withSources(new PropertiesLocationConfigSourceFactory())
                .withInterceptors(new DependentDefaults())
                .build();
    }

    @ParameterizedTest
    @CsvSource({"9520, 9521", "80, 81", "0, 0"})
    void managementPortIsTheApisAndOne(String port, String managementPort) {
        assertThat(config(Map.of("quarkus.http.port", port))
                        .getConfigValue(MANAGEMENT_PORT)
                        .getValue())
                .isEqualTo(managementPort);
    }

    @Test
    void portInAFileBesideCountsAsWell(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("application.properties"), "quarkus.http.port=9600\n");

        // When
        SmallRyeConfig config = config(Map.of(SmallRyeConfig.SMALLRYE_CONFIG_LOCATIONS, file.toString()));

        // Then
        assertThat(config.getConfigValue(MANAGEMENT_PORT).getValue()).isEqualTo("9601");
    }

    @Test
    void whatIsConfiguredWins() {
        SmallRyeConfig config = config(Map.of("quarkus.http.port", "9520", MANAGEMENT_PORT, "1234"));
        assertThat(config.getConfigValue(MANAGEMENT_PORT).getValue()).isEqualTo("1234");
    }

    @Test
    void withTlsThereIsNoPortWithout() {
        assertThat(config(Map.of("quarkus.http.tls-configuration-name", "api"))
                        .getConfigValue(INSECURE_REQUESTS)
                        .getValue())
                .isEqualTo("disabled");
        assertThat(config(Map.of("quarkus.http.port", "1"))
                        .getConfigValue(INSECURE_REQUESTS)
                        .getValue())
                .isNull();
    }
}
