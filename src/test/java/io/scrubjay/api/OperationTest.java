// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class OperationTest {
    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started"})
    void anAgentWithRoomIsUp(String probe) throws Exception {
        HttpResponse<byte[]> response = client.get("/q/health/" + probe);
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(200);
        assertThat(AgentClient.json(response).get("status").asText()).isEqualTo("UP");
        assertThat(AgentClient.json(response).get("checks")).isNotEmpty();
    }

    @Test
    void theMetricsHaveTheirNames() throws Exception {
        // Given
        client.upload("disk", new byte[] {1, 2, 3});
        client.delete("/v1/images/disk");
        // When
        String metrics = AgentClient.text(client.get("/q/metrics"));
        // Then
        assertThat(metrics.lines())
                .contains("scrubjay_images{state=\"quarantined\"} 0.0", "scrubjay_ingests_running 0.0")
                .anyMatch(line -> line.startsWith("scrubjay_ingest_bytes_total "))
                .anyMatch(line -> line.startsWith("scrubjay_ingests_total{result=\"ready\"} "))
                .anyMatch(line -> line.startsWith("scrubjay_ingests_total{result=\"failed\"} "))
                .anyMatch(line -> line.startsWith("scrubjay_pool_total_bytes "))
                .anyMatch(line -> line.startsWith("scrubjay_pool_free_bytes "))
                .anyMatch(line -> line.startsWith("scrubjay_pool_used_bytes "))
                .anyMatch(line -> line.startsWith("scrubjay_windows_in_use "))
                .anyMatch(line -> line.startsWith("scrubjay_scrub_bytes_total "))
                .anyMatch(line -> line.startsWith("scrubjay_findings_total{finding=\"mismatch\"} "))
                .anyMatch(line -> line.startsWith("scrubjay_image_unverified_seconds_max "))
                .anyMatch(line ->
                        line.startsWith("scrubjay_engine_calls_seconds_count{call=\"create\",outcome=\"success\""))
                .anyMatch(line -> line.startsWith("scrubjay_engine_bytes_total{call=\"write\""));
    }

    @Test
    void theDescriptionNamesEveryPathAndTheProblem() throws Exception {
        var description = AgentClient.json(client.get("/q/openapi?format=json"));
        assertThat(description.get("paths").fieldNames())
                .toIterable()
                .contains(
                        "/v1/images",
                        "/v1/images/{name}",
                        "/v1/images/{name}/content",
                        "/v1/images/{name}/manifest",
                        "/v1/images/{name}/clusters",
                        "/v1/images/{name}/events",
                        "/v1/pool");
        assertThat(description.get("components").get("schemas").fieldNames())
                .toIterable()
                .contains("Image", "Manifest", "Clusters", "Pool", "Problem");
        assertThat(description.at("/components/schemas/Problem/properties").fieldNames())
                .toIterable()
                .contains("type", "title", "status", "code", "detail", "instance");
    }

    @Test
    void theDescriptionCanBeBrowsed() throws Exception {
        assertThat(client.get("/q/swagger-ui/").statusCode()).isEqualTo(200);
    }
}
