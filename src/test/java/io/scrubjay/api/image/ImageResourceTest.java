// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.api.SlowUpload;
import io.scrubjay.block.ClusterSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ImageResourceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource
    URI agent;

    private AgentClient client;
    /** What happens once the first event has come. */
    private AfterFirst onFirst = () -> {};

    /** Something that sends, and may fail at it. */
    @FunctionalInterface
    private interface AfterFirst {
        void happens() throws IOException;
    }

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @AfterEach
    void empty() throws Exception {
        for (JsonNode image : AgentClient.json(client.get("/v1/images"))) {
            String name = image.get("name").asText();
            assertThat(client.delete("/v1/images/" + name).statusCode()).isEqualTo(204);
        }
        assertThat(client.usedBytes()).isZero();
    }

    private static void requireProblem(HttpResponse<byte[]> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        var problem = AgentClient.json(response);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
        assertThat(problem.get("type").asText()).endsWith(code);
    }

    @Test
    void anImageIsListedUnderItsName() throws Exception {
        // Given
        client.upload("b", new byte[] {1});
        client.upload("a", new byte[] {2});
        // When
        var list = AgentClient.json(client.get("/v1/images"));
        // Then
        assertThat(list.isArray()).isTrue();
        assertThat(list).extracting(image -> image.get("name").asText()).containsExactly("a", "b");
        assertThat(list.get(0)).isEqualTo(AgentClient.json(client.get("/v1/images/a")));
        assertThat(list.get(0).get("state").asText()).isEqualTo("ready");
        assertThat(list.get(0).get("error").isNull()).isTrue();
        Instant.parse(list.get(0).get("readyAt").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/images/nobody, 404, image-not-found",
        "/v1/images/nobody/content, 404, image-not-found",
        "/v1/images/nobody/manifest, 404, image-not-found",
        "/v1/images/nobody/clusters, 404, image-not-found",
        "/v1/images/nobody/events, 404, image-not-found",
        "/v1/images/Not_A_Name, 400, invalid-name",
        "/v1/images/-x/content, 400, invalid-name",
        "/v1/nothing, 404, not-found",
        "/nothing/at/all, 404, not-found",
        "/v1/images/x/y/z, 404, not-found",
    })
    void whatCannotBeGotIsAProblem(String path, int status, String code) throws Exception {
        requireProblem(client.get(path), status, code);
    }

    @Test
    void aWrongMethodIsAProblem() throws Exception {
        requireProblem(client.delete("/v1/pool"), 405, "method-not-allowed");
    }

    @Test
    void anUnknownMediaTypeIsAProblem() throws Exception {
        requireProblem(client.post("/v1/images", "text/x-poem", "roses"), 415, "unsupported-media-type");
    }

    @Test
    void anImageThatIsNotReadyIsNotServed() throws Exception {
        try (SlowUpload upload = new SlowUpload(agent, "half", 4096)) {
            upload.send(new byte[] {1, 2, 3});
            requireProblem(client.get("/v1/images/half/content"), 409, "image-not-ready");
            requireProblem(client.get("/v1/images/half/manifest"), 409, "image-not-ready");
            requireProblem(client.get("/v1/images/half/clusters"), 409, "image-not-ready");
        }
    }

    @Test
    void deletingCancelsAnIngestAndNothingIsLeft() throws Exception {
        // Given
        try (SlowUpload upload = new SlowUpload(agent, "half", 4096)) {
            upload.send(new byte[] {1, 2, 3});
            // When
            HttpResponse<byte[]> response = client.delete("/v1/images/half");
            // Then
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(response.body()).isEmpty();
            assertThat(client.usedBytes()).isZero();
            requireProblem(client.get("/v1/images/half"), 404, "image-not-found");
        }
    }

    @Test
    void anImageWithACloneIsInUse() throws Exception {
        // Given
        client.upload("base", new byte[] {1});
        String clone = "{\"name\":\"vm\",\"fromImage\":\"base\"}";
        assertThat(client.post("/v1/volumes", "application/json", clone).statusCode())
                .isEqualTo(201);
        // When
        HttpResponse<byte[]> response = client.delete("/v1/images/base");
        // Then
        requireProblem(response, 409, "image-in-use");
        assertThat(AgentClient.json(response).get("detail").asText()).contains("vm");
        assertThat(client.delete("/v1/volumes/vm").statusCode()).isEqualTo(204);
    }

    private List<String> states(String name) throws Exception {
        HttpResponse<java.io.InputStream> response = client.http()
                .send(client.request("/v1/images/" + name + "/events").build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        List<String> states = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                assertThat(line).matches("|:.*|data:.*");
                if (line.startsWith("data:")) {
                    var json = JSON.readTree(line.substring("data:".length()));
                    states.add(json.get("state").asText());
                    onFirst.happens();
                    onFirst = () -> {};
                }
                line = lines.readLine();
            }
        }
        return states;
    }

    @Test
    void theEventsOfAReadyImageAreOne() throws Exception {
        client.upload("disk", new byte[] {1});
        assertThat(states("disk")).containsExactly("ready");
    }

    @Test
    void theEventsOfAnIngestEndWithItsEnd() throws Exception {
        // Given
        try (SlowUpload upload = new SlowUpload(agent, "disk", 4096)) {
            onFirst = () -> upload.send(new byte[4096]);
            // When
            List<String> states = states("disk");
            // Then
            assertThat(states.get(0)).isIn("pending", "receiving");
            assertThat(states.get(states.size() - 1)).isEqualTo("ready");
        }
    }

    @Test
    void thePoolSaysWhatItIs() throws Exception {
        var pool = AgentClient.json(client.get("/v1/pool"));
        assertThat(pool.get("engine").asText()).isEqualTo("memory");
        assertThat(pool.get("clusterSizeBytes").asInt())
                .isEqualTo(ClusterSize.parse("64K").bytes());
        assertThat(pool.get("totalClusters").asLong()).isPositive();
        assertThat(pool.get("freeClusters").asLong())
                .isEqualTo(pool.get("totalClusters").asLong());
        assertThat(pool.get("usedBytes").asLong()).isZero();
        assertThat(pool.get("path").asText()).isNotBlank();
        assertThat(pool.get("versions").isArray()).isTrue();
    }
}
