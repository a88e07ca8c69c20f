// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmptySettingsTest {
    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(properties, "properties", 100))
                .withSources(new EnvConfigSource(environment, 300))
                // As the framework has some.
                .withDefaultValue("quarkus.http.auth.form.landing-page-query-params", "")
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scrubjay.security.tokens-file",
                "scrubjay.security.upload-key-file",
                "scrubjay.security.issuer-token-file",
                "scrubjay.security.subjects.\"ci\"",
                "scrubjay.spdk.export.host-key-file",
                "scrubjay.spdk.export.hosts",
                "scrubjay.scrub.time-zone",
                "scrubjay.pool.path",
                "quarkus.http.tls-configuration-name",
                "quarkus.http.host",
                "quarkus.management.tls-configuration-name",
                "quarkus.tls.api.key-store.pem.0.key",
                "quarkus.tls.api.trust-store.pem.certs",
                "quarkus.oidc.auth-server-url"
            })
    void settingWithoutValueIsNamed(String key) {
        for (String value : new String[] {"", "  ", "${nothing:}"}) {
            assertThatThrownBy(() -> EmptySettings.require(config(Map.of(key, value), Map.of())))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(key + " is set, but empty");
        }
        assertThatCode(() -> EmptySettings.require(config(Map.of(key, "something"), Map.of())))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCRUBJAY_SECURITY_TOKENS_FILE",
                "SCRUBJAY_SPDK_EXPORT_HOSTS_0_",
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME",
                "QUARKUS_TLS_API_TRUST_STORE_PEM_CERTS"
            })
    void variableWithoutValueIsNamed(String variable) {
        assertThatThrownBy(() -> EmptySettings.require(config(Map.of(), Map.of(variable, ""))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(variable + " is set, but empty");
    }

    @Test
    void emptyVariableCountsThoughAFileHasAValue() {
        String key = "scrubjay.security.tokens-file";
        String variable = "SCRUBJAY_SECURITY_TOKENS_FILE";
        assertThatThrownBy(() -> EmptySettings.require(config(Map.of(key, "/etc/tokens"), Map.of(variable, ""))))
                .hasMessageStartingWith(variable + " is set, but empty");
    }

    @Test
    void allOfThemAreNamed() {
        assertThatThrownBy(() -> EmptySettings.require(
                        config(Map.of("scrubjay.spdk.device", "", "scrubjay.pool.path", ""), Map.of())))
                .hasMessageStartingWith("scrubjay.pool.path, scrubjay.spdk.device are set, but empty");
    }

    @Test
    void whatIsNoneOfThemMayBeEmpty() {
        assertThatCode(() -> EmptySettings.require(config(
                        Map.of("quarkus.http.limits.max-body-size", "", "quarkus.http.cors.origins", ""),
                        Map.of("SCRUBJAY_JAVA_OPTIONS", "", "SCRUBJAY_OF_SOMEBODY_ELSE", "", "PATH", ""))))
                .doesNotThrowAnyException();
    }
}
