// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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

    private static String managementPort(Map<String, String> configured) {
        return config(configured).getConfigValue(MANAGEMENT_PORT).getValue();
    }

    /** Somebody listens there, if nobody else did before. */
    private static Closeable listenerOnTheUsualPort() throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9521));
        } catch (BindException taken) {
            // As good.
        }
        return listener;
    }

    @Test
    void managementPortIsTheUsualOneUnlessItIsTaken() throws IOException {
        String before = managementPort(Map.of("quarkus.http.port", "80"));
        String taken;
        try (Closeable listener = listenerOnTheUsualPort()) {
            assertThat(listener).isNotNull();
            taken = managementPort(Map.of("quarkus.http.port", "80"));
        }

        assertThat(before).isNotEqualTo("0");
        assertThat(taken).isNotIn("9521", "0");
    }

    @Test
    void choiceHolds() throws IOException {
        SmallRyeConfig config = config(Map.of("quarkus.http.port", "80"));
        String before = config.getConfigValue(MANAGEMENT_PORT).getValue();
        try (Closeable listener = listenerOnTheUsualPort()) {
            assertThat(listener).isNotNull();
            assertThat(config.getConfigValue(MANAGEMENT_PORT).getValue()).isEqualTo(before);
        }
    }

    @Test
    void anyPortInAFileBesideMeansAny(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("application.properties"), "quarkus.http.port=0\n");

        // When
        SmallRyeConfig config = config(Map.of(SmallRyeConfig.SMALLRYE_CONFIG_LOCATIONS, file.toString()));

        // Then
        assertThat(config.getConfigValue(MANAGEMENT_PORT).getValue()).isEqualTo("0");
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
