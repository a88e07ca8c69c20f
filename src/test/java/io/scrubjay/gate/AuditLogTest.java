// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is written down of requests, and what never is. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class AuditLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource
    URI agent;

    private GateClient nobody;
    private GateClient uploader;
    private GateClient administrator;
    private RecordedLog log;

    @BeforeEach
    void connect() {
        nobody = new GateClient(agent);
        uploader = nobody.with(SecretFiles.UPLOAD_TOKEN);
        administrator = nobody.with(SecretFiles.ADMIN_TOKEN);
        log = RecordedLog.open();
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** Lines are written when an answer is over, which its client may know first. */
    private List<JsonNode> awaitLines(int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> log.messages(AuditLog.CATEGORY).size() >= count);
        return log.messages(AuditLog.CATEGORY).stream().map(AuditLogTest::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException nonsense) {
            throw new UncheckedIOException(line, nonsense);
        }
    }

    private static void require(JsonNode line, String who, String by, String method, String path, int status) {
        assertThat(line.path("event").asText()).isEqualTo("audit");
        assertThat(line.path("who").asText()).isEqualTo(who);
        assertThat(line.path("by").asText()).isEqualTo(by);
        assertThat(line.path("method").asText()).isEqualTo(method);
        assertThat(line.path("path").asText()).isEqualTo(path);
        assertThat(line.path("status").asInt()).isEqualTo(status);
        assertThat(line.path("result").asText()).isEqualTo(status < 400 ? "done" : "refused");
        assertThat(line.path("remote").asText()).startsWith("127.0.0.1:");
    }

    @Test
    void eachChangeHasALine() {
        // Given
        nobody.with(SecretFiles.READ_TOKEN).get("/v1/images");
        uploader.upload("audited");

        // When
        administrator.delete("/v1/images/audited");

        // Then
        List<JsonNode> lines = awaitLines(2);
        assertThat(lines).hasSize(2);
        require(lines.get(0), "ci", "token", "PUT", "/v1/images/audited/content", 201);
        assertThat(lines.get(0).path("made").asText()).isEqualTo("/v1/images/audited");
        require(lines.get(1), "ops", "token", "DELETE", "/v1/images/audited", 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:99", "[::1]:99"})
    void whatAClientCallsTheAgentIsInNoLine(String host) {
        // When
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send("PUT /v1/images/hosted/content?format=raw HTTP/1.1\r\nHost: " + host
                    + "\r\nContent-Length: 5\r\nConnection: close\r\nAuthorization: Bearer "
                    + SecretFiles.UPLOAD_TOKEN + "\r\n\r\nbytes");
            connection.readToTheEnd();
        }
        administrator.delete("/v1/images/hosted");

        // Then
        JsonNode line = awaitLines(2).get(0);
        assertThat(line.path("path").asText()).isEqualTo("/v1/images/hosted/content");
        assertThat(line.path("made").asText()).isEqualTo("/v1/images/hosted");
    }

    @Test
    void methodThatNobodyKnowsIsNotRepeated() {
        // When
        nobody.send("X".repeat(3_000), "/v1/images", "");

        // Then
        assertThat(awaitLines(1).get(0).path("method").asText()).isEqualTo("other");
    }

    @Test
    void eachRefusalHasALine() {
        // Given
        nobody.delete("/v1/images/refused");
        nobody.with("canary-unknown-0123456789").get("/v1/images");

        // When
        uploader.delete("/v1/images/refused");

        // Then
        List<JsonNode> lines = awaitLines(3);
        assertThat(lines).hasSize(3);
        require(lines.get(0), "null", "null", "DELETE", "/v1/images/refused", 401);
        require(lines.get(1), "null", "null", "GET", "/v1/images", 401);
        require(lines.get(2), "ci", "token", "DELETE", "/v1/images/refused", 403);
    }

    @Test
    void uploadByUrlNamesWhoeverGaveIt() {
        // Given
        String url = GateClient.json(uploader.postJson("/v1/upload-urls", "{\"image\":\"audited\"}"))
                .path("url")
                .asText();

        // When
        nobody.send("PUT", url, "bytes");

        // Then
        List<JsonNode> lines = awaitLines(2);
        administrator.delete("/v1/images/audited");
        require(lines.get(0), "ci", "token", "POST", "/v1/upload-urls", 201);
        require(lines.get(1), "ci", "upload-url", "PUT", "/v1/images/audited/content", 201);
    }

    @Test
    void uploadThatIsCutHasALine() throws IOException {
        // When
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            String head =
                    "PUT /v1/images/cut/content HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nAuthorization: Bearer "
                            + SecretFiles.UPLOAD_TOKEN + "\r\n\r\nsome";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> administrator.get("/v1/images/cut").statusCode() == 200);
            // Reset, not ended: there is nobody who could be answered.
            socket.setSoLinger(true, 0);
        }

        // Then
        JsonNode line = awaitLines(1).get(0);
        assertThat(line.path("who").asText()).isEqualTo("ci");
        assertThat(line.path("path").asText()).isEqualTo("/v1/images/cut/content");
        assertThat(line.path("result").asText()).isEqualTo("cut");
    }

    /** INVARIANT: no secret leaves by the log or by an answer. */
    @Test
    void noSecretIsLoggedOrAnswered() {
        // Given
        String jwt = TestIssuer.signed(TestIssuer.claims(TestIssuer.UPLOADER));
        String expired = TestIssuer.signed(
                TestIssuer.claims(TestIssuer.UPLOADER).expiresAt(Instant.now().minusSeconds(60)));
        String url = GateClient.json(uploader.postJson("/v1/upload-urls", "{\"image\":\"secret\"}"))
                .path("url")
                .asText();
        String signature = url.replaceFirst(".*signature=", "");
        List<String> answers = new ArrayList<>();

        // When
        for (String token : List.of(
                SecretFiles.READ_TOKEN,
                SecretFiles.UPLOAD_TOKEN,
                SecretFiles.ADMIN_TOKEN,
                "canary-unknown-012345",
                jwt,
                expired)) {
            GateClient client = nobody.with(token);
            for (String path : List.of(
                    "/v1/images",
                    "/v1/pool",
                    "/v1/scrub",
                    "/v1/scrub/runs",
                    "/v1/volumes",
                    "/v1/snapshots",
                    "/v1/images/none",
                    "/v1/nothing",
                    "/q/health",
                    "/q/metrics",
                    "/q/openapi")) {
                answers.add(client.get(path).body());
            }
            answers.add(client.postJson("/v1/volumes", "{").body());
            answers.add(client.postJson("/v1/volumes", "{\"name\":1}").body());
            answers.add(client.postJson("/v1/scrub/runs", "{\"target\":\"?\"}").body());
            answers.add(client.send("PUT", "/v1/images/secret/content?format=nonsense", "x")
                    .body());
            answers.add(client.send("TRACE", "/v1/images", "").body());
            answers.add(client.delete("/v1/images/none").body());
        }
        answers.add(nobody.send("PUT", url + "&format=nonsense", "x").body());
        answers.add(nobody.send("PUT", url.replace("secret", "other"), "x").body());
        answers.add(nobody.send("PUT", url.replace("secret/content", "secret/content/more"), "x")
                .body());
        answers.add(nobody.send("PUT", url, "x").body());
        answers.add(nobody.send("PUT", url, "x").body());
        administrator.delete("/v1/images/secret");

        // Then
        awaitLines(20);
        assertThat(answers).isNotEmpty().noneMatch(answer -> isLeak(answer, signature, jwt, expired));
        assertThat(log.lines()).isNotEmpty().noneMatch(line -> isLeak(line.whole(), signature, jwt, expired));
    }

    private static boolean isLeak(String text, String signature, String... tokens) {
        // The signatures of JWTs make them secrets; what they say is none.
        return text.contains("canary-")
                || text.contains(signature)
                || List.of(tokens).stream().anyMatch(token -> text.contains(token.substring(token.lastIndexOf('.'))));
    }
}
