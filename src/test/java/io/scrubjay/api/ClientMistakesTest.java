// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client got wrong is told it, and not passed over. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ClientMistakesTest {
    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @AfterEach
    void nothingWasMade() throws Exception {
        assertThat(AgentClient.json(client.get("/v1/volumes"))).isEmpty();
        assertThat(client.usedBytes()).isZero();
    }

    private static String refusal(HttpResponse<byte[]> response) throws Exception {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(400);
        assertThat(AgentClient.json(response).get("code").asText()).isEqualTo("invalid-request");
        return AgentClient.json(response).get("detail").asText();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/images/x/content?digset=sha-256:00, digset, contentDigest",
        "PUT, /v1/images/x/content?format=raw&sha256=00, sha256, digest",
        "GET, /v1/images?sort=name, sort, query key",
        "GET, /v1/images/x/content?fromat=raw, fromat, query key",
        "GET, /v1/pool?verbose, verbose, query key",
        "DELETE, /v1/images/x?force=true, force, query key",
        "POST, /v1/volumes?dry-run=1, dry-run, query key",
        "PUT, /v1/volumes/x/content?offset=0, offset, query key",
    })
    void aQueryKeyThatIsNotKnownIsNamed(String method, String path, String key, String known) throws Exception {
        // When
        HttpResponse<byte[]> response = client.send(client.request(path)
                .header("Content-Type", path.startsWith("/v1/images") ? "application/octet-stream" : "application/json")
                .method(
                        method,
                        method.matches("GET|DELETE") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));

        // Then
        assertThat(refusal(response)).contains("'" + key + "'").contains(known);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"v\",\"sizeBytes\":1048576} trailing|not JSON",
                "{\"name\":\"v\",\"sizeBytes\":1048576}{}|not JSON",
                "{\"name\":\"v\",\"name\":\"w\",\"sizeBytes\":1048576}|twice",
                "{\"name\":\"v\",\"sizeBytes\":1048576.5}|'sizeBytes'",
                "{\"name\":\"v\",\"sizeBytes\":\"many\"}|'sizeBytes'",
                "{\"name\":\"v\",\"sizeBytes\":true}|'sizeBytes'",
                "{\"name\":1,\"sizeBytes\":1048576}|'name'",
                "{\"name\":\"v\",\"size\":1048576}|sizeBytes",
            })
    void aBodyThatIsNotWhatIsMeantIsToldWhere(String body, String where) throws Exception {
        // When
        HttpResponse<byte[]> response = client.post("/v1/volumes", "application/json", body);

        // Then
        assertThat(refusal(response)).contains(where);
    }

    @Test
    void aSizeMayHaveAUnit() throws Exception {
        // When
        HttpResponse<byte[]> response =
                client.post("/v1/volumes", "application/json", "{\"name\":\"v\",\"sizeBytes\":\"1M\"}");

        // Then
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(201);
        assertThat(AgentClient.json(response).get("sizeBytes").asLong()).isEqualTo(1 << 20);
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }
}
