// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.MemoryPoolProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

/** Alerts, dashboard and documents name metrics that exist. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class MetricNamesTest {
    /** Not a library's name, such as libscrubjay_spdk.so. */
    private static final Pattern NAME = Pattern.compile("(?<![A-Za-z_])scrubjay_[a-z_]+[a-z]");

    @TestHTTPResource("/q/metrics")
    URI metrics;

    static List<Path> filesWithMetrics() throws IOException {
        Path chart = Path.of("helm", "scrubjay");
        try (Stream<Path> documents = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(
                                    chart.resolve("templates/prometheusrule.yaml"),
                                    chart.resolve("dashboards/scrubjay.json")),
                            documents.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("filesWithMetrics")
    void whatIsNamedExists(Path file) throws IOException {
        // Given
        // SPDK's are there with its engine only, and the engine in memory is not it.
        Metrics.globalRegistry.getRegistries().forEach(registry -> SpdkMetrics.bind(registry, null));
        Set<String> exported = namesIn(scrape());
        // When
        Set<String> named = namesIn(Files.readString(file));
        // Then
        assertThat(exported).containsAll(named);
    }

    @Test
    void thereAreNames() throws IOException {
        assertThat(namesIn(Files.readString(Path.of("helm/scrubjay/templates/prometheusrule.yaml"))))
                .contains("scrubjay_ready", "scrubjay_images", "scrubjay_spdk_silence_seconds");
    }

    @Test
    void aReadyAgentSaysSo() throws IOException {
        assertThat(scrape().lines()).contains("scrubjay_ready 1.0");
    }

    @Test
    void durationsAreHistogramsAndStatesAreCounted() throws IOException {
        scrape();

        assertThat(scrape())
                .contains("scrubjay_build_info{version=\"")
                .contains("scrubjay_ingest_duration_seconds_bucket{result=\"failed\",le=\"0.1\"")
                .contains("scrubjay_ingest_failures_total{code=\"pool-full\",} 0.0")
                .contains("scrubjay_snapshots{state=\"quarantined\",} 0.0")
                .contains("scrubjay_quarantined_exports 0.0");
    }

    private String scrape() throws IOException {
        try (InputStream answer = metrics.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> namesIn(String text) {
        return NAME.matcher(text).results().map(match -> match.group()).collect(toCollection(TreeSet::new));
    }
}
