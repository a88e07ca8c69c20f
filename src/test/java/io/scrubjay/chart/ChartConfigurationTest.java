// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.scrubjay.access.Role;
import io.scrubjay.access.SecurityConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** The application.properties the chart makes, read as the agent does. */
@Tag("helm")
class ChartConfigurationTest {
    private static final List<ConfigClass> MAPPINGS = mappings();

    static List<Path> setUps() throws IOException {
        return Chart.setUps();
    }

    /** Every {@code @ConfigMapping} of the agent. */
    private static List<ConfigClass> mappings() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.scrubjay").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map(JavaClass::reflect)
                        .map(ConfigClass::configClass)
                        .toList();
    }

    /** A key that no mapping has, or a value it cannot read, is refused. */
    @ParameterizedTest
    @MethodSource("setUps")
    void theAgentKnowsEveryKeyOfItsOwn(Path setUp) {
        // Given
        SmallRyeConfigBuilder reader = reader(own(Chart.setUp(setUp).configuration()));
        MAPPINGS.forEach(reader::withMapping);
        // When
        var config = reader.build();
        // Then
        assertThat(config.getConfigValue("scrubjay.engine").getValue()).isIn("file", "spdk");
        assertThat(MAPPINGS).hasSizeGreaterThan(5);
    }

    private static Map<String, String> own(Properties configuration) {
        return configuration.entrySet().stream()
                .map(entry ->
                        Map.entry(entry.getKey().toString(), entry.getValue().toString()))
                .filter(entry -> entry.getKey().startsWith("scrubjay."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static SmallRyeConfigBuilder reader(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "the chart's"));
    }

    @Test
    void tlsTakesTheApisPort() {
        // When
        Rendered chart = Chart.setUp("tls-tokens");
        // Then
        assertThat(chart.configuration())
                .containsEntry("quarkus.http.ssl-port", "9520")
                .containsEntry("quarkus.http.insecure-requests", "disabled")
                .containsEntry("quarkus.http.tls-configuration-name", "api")
                .containsEntry("quarkus.tls.api.key-store.pem.0.cert", "/etc/scrubjay/tls/tls.crt")
                .containsEntry("quarkus.tls.api.key-store.pem.0.key", "/etc/scrubjay/tls/tls.key")
                .containsEntry("quarkus.tls.api.reload-period", "10m")
                .containsEntry("quarkus.tls.api.trust-store.pem.certs", "/etc/scrubjay/client-ca/ca.crt");
        assertThat(chart.mounts().get("/etc/scrubjay/tls").getSecret().getSecretName())
                .isEqualTo("scrubjay-tls");
        assertThat(chart.mounts().get("/etc/scrubjay/client-ca").getSecret().getItems())
                .singleElement()
                .satisfies(item -> assertThat(item.getPath()).isEqualTo("ca.crt"));
    }

    @Test
    void tokensAndTheUploadKeyAreFilesOfTheAgentsGroup() {
        // When
        Rendered chart = Chart.setUp("tls-tokens");
        // Then
        assertThat(chart.configuration())
                .containsEntry("scrubjay.security.tokens-file", "/etc/scrubjay/auth/tokens")
                .containsEntry("scrubjay.security.upload-key-file", "/etc/scrubjay/auth/upload-key")
                .doesNotContainKey("scrubjay.security.insecure");
        var auth = chart.mounts().get("/etc/scrubjay/auth").getProjected();
        assertThat(auth.getDefaultMode()).isEqualTo(0440);
        assertThat(auth.getSources())
                .extracting(source -> source.getSecret().getName() + " "
                        + source.getSecret().getItems().get(0).getKey() + " "
                        + source.getSecret().getItems().get(0).getPath())
                .containsExactly("scrubjay-tokens tokens.txt tokens", "scrubjay-upload-key upload-key upload-key");
    }

    @Test
    void theServersOfUrlsAreSaidToTheAgent() {
        // When
        Rendered chart = Chart.setUp("tls-tokens");
        // Then
        assertThat(chart.configuration())
                .containsEntry("scrubjay.url.allow", "10.20.0.0/16,.images.example")
                .containsEntry("scrubjay.url.deny", "*")
                .containsEntry("scrubjay.url.proxy", "http://proxy.example:3128")
                .containsEntry("scrubjay.url.no-proxy", ".images.example")
                .containsEntry("scrubjay.url.ca-bundle", "/etc/scrubjay/url-ca/ca.crt");
        assertThat(chart.mounts().get("/etc/scrubjay/url-ca").getConfigMap().getName())
                .isEqualTo("site-authority");
        assertThat(Chart.setUp("file").configuration().stringPropertyNames())
                .noneMatch(key -> key.startsWith("scrubjay.url."));
    }

    @Test
    void subjectsKeepTheirColons() {
        // When
        Rendered chart = Chart.setUp("oidc");
        // Then
        assertThat(chart.configuration())
                .containsEntry("quarkus.oidc.tenant-enabled", "true")
                .containsEntry("quarkus.oidc.auth-server-url", "https://kubernetes.default.svc")
                .containsEntry("quarkus.oidc.token.audience", "scrubjay")
                .containsEntry("scrubjay.security.issuer-token-file", "/etc/scrubjay/auth/issuer-token")
                .containsEntry("scrubjay.security.subjects.\"system:serviceaccount:ci:uploader\"", "upload")
                .containsEntry("quarkus.oidc.tls.tls-configuration-name", "issuer")
                .containsEntry("quarkus.tls.issuer.trust-store.pem.certs", "/etc/scrubjay/issuer-ca/ca.crt");
        assertThat(chart.mounts().get("/etc/scrubjay/issuer-ca").getConfigMap().getName())
                .isEqualTo("kube-root-ca.crt");
    }

    /** Common names have spaces and equals signs; the rest is what properties files and quotes make something else of. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CN=Backup Server, O=Example",
                "#first",
                "!first",
                " framed ",
                "tab\there",
                "back\\slash, 'quotes'",
                "a.b:c",
                "Zoë",
            })
    void aSubjectArrivesAsItIs(String subject) throws IOException {
        // Given
        String values = new JsonMapper()
                .writeValueAsString(Map.of(
                        "auth", Map.of("subjects", Map.of(subject, "upload", "other", "read")),
                        "tls", Map.of("secretName", "a", "clientCaSecret", Map.of("name", "b"))));
        // When
        Properties configuration = Chart.with(values).configuration();
        // Then
        SecurityConfig read = reader(own(configuration))
                .withMapping(SecurityConfig.class)
                .build()
                .getConfigMapping(SecurityConfig.class);
        assertThat(read.subjects()).isEqualTo(Map.of(subject, Role.UPLOAD, "other", Role.READ));
    }

    @Test
    void aValueKeepsTheSpacesAroundIt() {
        assertThat(Chart.with(Chart.TOKENS + "config: {a: '  b =: c ', d: \"\\te\"}")
                        .configuration())
                .containsEntry("a", "  b =: c ")
                .containsEntry("d", "\te");
    }

    @Test
    void insecureIsSaidToTheAgent() {
        assertThat(Chart.setUp("insecure").configuration()).containsEntry("scrubjay.security.insecure", "true");
        assertThat(Chart.setUp("file").configuration()).doesNotContainKey("scrubjay.security.insecure");
    }

    @Test
    void whatAnAdministratorAddsArrivesAsItIsAndWins() {
        // When
        Properties configuration = Chart.with(
                        Chart.TOKENS + "config: {'a.\"b:c\"': 'd\\e: f=g', scrubjay.engine: spdk}")
                .configuration();
        // Then
        assertThat(configuration).containsEntry("a.\"b:c\"", "d\\e: f=g").containsEntry("scrubjay.engine", "spdk");
    }

    @Test
    void aChangedConfigurationRestartsTheAgents() {
        assertThat(annotation(Chart.with(Chart.TOKENS)))
                .isEqualTo(annotation(Chart.with(Chart.TOKENS)))
                .isNotEqualTo(annotation(Chart.with(Chart.TOKENS + "config: {a: b}")));
    }

    private static String annotation(Rendered chart) {
        return chart.only(DaemonSet.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get("scrubjay.io/config");
    }
}
