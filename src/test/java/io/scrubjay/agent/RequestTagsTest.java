// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.MemoryPoolProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The metrics of requests have a series for what there is, and none for what clients make up. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class RequestTagsTest {
    @TestHTTPResource
    URI agent;

    @TestHTTPResource("/q/metrics")
    URI metrics;

    private static String read(URI address) throws IOException {
        try (InputStream answer = address.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyOperationHasItsOwn() throws IOException {
        List<String> paths = new ObjectMapper()
                .readTree(read(agent.resolve("/q/openapi?format=json"))).path("paths").properties().stream()
                        .map(path -> path.getKey())
                        .toList();

        assertThat(paths)
                .hasSizeGreaterThan(20)
                .allSatisfy(path -> assertThat(RequestTags.template(path)).isEqualTo(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/images/debian-12/content, /v1/images/{name}/content",
        "/v1/scrub/runs/17, /v1/scrub/runs/{id}",
        "/v1/uploads/17, /v1/uploads/{upload}",
        "/v1/images/a/b/c, OTHER",
        "/v1/images/, OTHER",
        "/v2/images, OTHER",
        "/v1/{made-up}, OTHER",
        "NOT_FOUND, NOT_FOUND",
    })
    void namesAreLeftOut(String path, String template) {
        assertThat(RequestTags.template(path)).isEqualTo(template);
    }

    @Test
    void wordsOfClientsAreNotInTheMetrics() throws Exception {
        // Given
        HttpClient client = HttpClient.newHttpClient();
        for (String method : List.of("MADEUPVERB", "DELETE", "PUT")) {
            for (String path : List.of("/v1/images/madeupname", "/v1/images/madeupname/madeuppart", "/madeuppath")) {
                HttpRequest request = HttpRequest.newBuilder(agent.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
                assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                        .isBetween(400, 499);
            }
        }

        // When
        await().until(() -> read(metrics).contains("http_server_requests_seconds_count{method=\"OTHER\""));

        // Then
        assertThat(read(metrics)).doesNotContainIgnoringCase("madeup").contains("method=\"DELETE\"");
    }
}
