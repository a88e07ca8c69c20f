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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Alerts, dashboard and documents name metrics that exist. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class MetricNamesTest {
    /** Not a library's name, such as libscrubjay_spdk.so. */
    private static final Pattern NAME = Pattern.compile("(?<![A-Za-z_])scrubjay_[a-z_]+[a-z]");

    private static final String FAILED = "/v1/images/failed";
    private static final String FAILED_FOR_ITS_DIGEST = "scrubjay_ingest_failures_total{code=\"digest-mismatch\",}";
    private static final String FAILED_IN_ANY_TIME =
            "scrubjay_ingest_duration_seconds_bucket{result=\"failed\",le=\"+Inf\",}";

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

    @Test
    void anUploadThatFailsIsCountedByItsCodeAndMeasured() throws Exception {
        // Given
        double before = value(FAILED_FOR_ITS_DIGEST);
        double endedBefore = value(FAILED_IN_ANY_TIME);

        // When
        HttpResponse<String> refused = send(
                HttpRequest.newBuilder(metrics.resolve(FAILED + "/content?format=raw&digest=sha-256:" + "0".repeat(64)))
                        .PUT(HttpRequest.BodyPublishers.ofString("bytes")));

        // Then
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(value(FAILED_FOR_ITS_DIGEST)).isEqualTo(before + 1);
        // Measured when all of it has been cleaned away, which nobody waits for.
        await().atMost(Duration.ofMinutes(1)).until(() -> value(FAILED_IN_ANY_TIME) > endedBefore);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(scrape().lines())
                        .anyMatch(line -> line.startsWith("http_server_requests_seconds_bucket{")
                                && line.contains("method=\"PUT\"")
                                && line.contains("status=\"422\"")
                                && line.contains("le=\"60.0\"")));
        assertThat(send(HttpRequest.newBuilder(metrics.resolve(FAILED)).DELETE())
                        .statusCode())
                .isEqualTo(204);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private double value(String series) throws IOException {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
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
