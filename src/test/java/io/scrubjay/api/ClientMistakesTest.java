// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.block.DigestAlgorithm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

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
    @CsvSource({
        "GET, /v1/images?limit=1&limit=2, limit",
        "GET, /v1/volumes?name=a&name=a, name",
        "DELETE, /v1/images?state=failed&state=ready, state",
        "PUT, /v1/images/x/content?format=raw&format=qcow2, format",
        "PUT, /v1/images/x/content?size=1M&format=raw&size=2M, size",
    })
    void ofTwoValuesNoneIsPassedOver(String method, String path, String key) throws Exception {
        // When
        HttpResponse<byte[]> response = client.send(client.request(path)
                .method(method, method.equals("PUT") ? BodyPublishers.ofString("bytes") : BodyPublishers.noBody()));

        // Then
        assertThat(refusal(response)).contains("'" + key + "' 2 times");
    }

    @Test
    void severalDigestsAreFine() throws Exception {
        // When
        String digest = "sha-256:" + HexFormat.of().formatHex(sha256("bytes"));
        HttpResponse<byte[]> response = client.send(client.request("/v1/images/x/content?format=raw&digest=" + digest
                        + "&digest=" + digest + "&checksum=" + digest + "&checksum=" + digest)
                .PUT(BodyPublishers.ofString("bytes")));

        // Then
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(201);
        assertThat(client.delete("/v1/images/x").statusCode()).isEqualTo(204);
    }

    /** Load balancers send keys with their probes. */
    @ParameterizedTest
    @ValueSource(strings = {"/q/health/ready?node=7", "/q/health/live?t=1", "/q/metrics?x", "/q/openapi?format=json"})
    void probesMayHaveKeys(String path) throws Exception {
        assertThat(client.get(path).statusCode()).isEqualTo(200);
    }

    private static byte[] sha256(String text) {
        return DigestAlgorithm.SHA_256.newHash().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> order(String body, String field, String value) throws Exception {
        return client.send(client.request("/v1/volumes")
                .headers("Content-Type", "application/json", field, value)
                .POST(BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Digest", "Repr-Digest"})
    void aBodyIsComparedWithItsDigest(String field) throws Exception {
        // Given
        String body = "{\"name\":\"v\",\"sizeBytes\":1048576}";
        String its = "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
        String anothers = "sha-256=:" + Base64.getEncoder().encodeToString(sha256("{}")) + ":";

        // When
        HttpResponse<byte[]> refused = order(body, field, anothers);
        HttpResponse<byte[]> made = order(body, field, its);

        // Then
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(AgentClient.json(refused).get("code").asText()).isEqualTo("digest-mismatch");
        assertThat(made.statusCode()).as(AgentClient.text(made)).isEqualTo(201);
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/volumes, Content-MD5, AAAAAAAAAAAAAAAAAAAAAA==",
        "POST, /v1/volumes, x-amz-checksum-crc32, AAAAAA==",
        "POST, /v1/volumes, Content-Digest, md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
        "PATCH, /v1/scrub, Content-MD5, AAAAAAAAAAAAAAAAAAAAAA==",
        "POST, /v1/volumes, Trailer, Content-Digest",
        "GET, /v1/volumes, Content-MD5, AAAAAAAAAAAAAAAAAAAAAA==",
        "DELETE, /v1/images/x, Content-MD5, AAAAAAAAAAAAAAAAAAAAAA==",
    })
    void aDigestThatNobodyChecksIsRefused(String method, String path, String field, String value) throws Exception {
        // When
        HttpResponse<byte[]> response = client.send(client.request(path)
                .headers("Content-Type", "application/json", field, value)
                .method(
                        method,
                        method.matches("GET|DELETE") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));

        // Then
        assertThat(refusal(response)).containsIgnoringCase(field.equals("Trailer") ? value : field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"v\",\"sizeBytes\":1048576} trailing|not JSON",
                "{\"name\":\"v\",\"sizeBytes\":1048576}{}|not JSON",
                "{\"name\":\"v\",\"name\":\"w\",\"sizeBytes\":1048576}|the JSON body has the field 'name' twice",
                "{\"name\":\"v\",\"sizeBytes\":9223372036854775808}|a number in the JSON body is out of range (line"
                        + " 1, column",
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
        assertThat(changed("/v1/volumes/v", "{\"sizeBytes\":\"2M\"}", "sizeBytes"))
                .isEqualTo(2 << 20);
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }

    private long changed(String path, String change, String field) throws Exception {
        HttpResponse<byte[]> response = client.send(client.request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(change)));
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(200);
        return AgentClient.json(response).get(field).asLong();
    }

    @Test
    void aRateMayHaveAUnit() throws Exception {
        assertThat(changed("/v1/scrub", "{\"rateLimitBytesPerSecond\":\"100M\"}", "rateLimitBytesPerSecond"))
                .isEqualTo(100 << 20);
        assertThat(changed("/v1/scrub", "{\"rateLimitBytesPerSecond\":209715200}", "rateLimitBytesPerSecond"))
                .isEqualTo(200 << 20);
    }
}
