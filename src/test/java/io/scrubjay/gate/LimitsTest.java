// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.ProcessFiles;
import io.scrubjay.api.problem.ProblemMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The bounds on requests, on an agent with narrow ones that is open to everybody. */
@QuarkusTest
@TestProfile(LimitsTest.NarrowProfile.class)
class LimitsTest {
    private static final int JSON_MAX = 1 << 10;

    @TestHTTPResource
    URI agent;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    private GateClient client;

    /** Few requests, small bodies, little patience. */
    public static class NarrowProfile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "scrubjay.engine", "memory",
                    "scrubjay.state.path", ProcessFiles.of("state-limits").toString(),
                    "scrubjay.http.requests-max", "3",
                    "scrubjay.http.json-max", "1K",
                    "scrubjay.http.json-timeout", "1s",
                    "scrubjay.download.stall-timeout", "5s");
        }
    }

    @BeforeEach
    void connect() {
        client = new GateClient(agent);
    }

    @Test
    void openAgentLetsEverybodyDoEverything() {
        // When
        HttpResponse<String> uploaded = client.upload("open");

        // Then
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        assertThat(client.with("whatever-token-this-may-be")
                        .delete("/v1/images/open")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void withoutAKeyThereAreNoUploadUrls() {
        GateClient.requireProblem(
                client.postJson("/v1/upload-urls", "{\"image\":\"x\"}"), 501, "upload-url-unsupported");
        GateClient.requireProblem(
                client.send("PUT", "/v1/images/x/content?expires=9999999999&by=x&signature=x", "x"),
                401,
                "unauthorized");
    }

    @Test
    void clientsThatTakeNothingGiveTheirPlacesBack() {
        // Given
        try (RawConnection upload = new RawConnection(agent);
                RawConnection first = new RawConnection(agent);
                RawConnection second = new RawConnection(agent);
                RawConnection third = new RawConnection(agent)) {
            String image = "x".repeat(24 << 20);
            upload.send("PUT /v1/images/taken/content HTTP/1.1\r\nHost: x\r\nContent-Length: " + image.length()
                            + "\r\n\r\n" + image)
                    .readUntil("\r\n\r\n");

            // When
            for (RawConnection stalled : List.of(first, second, third)) {
                stalled.send("GET /v1/images/taken/content HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> client.get("/v1/images").statusCode() == 503);

            // Then
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> client.get("/v1/images").statusCode() == 200);
        }
        assertThat(client.delete("/v1/images/taken").statusCode()).isEqualTo(204);
    }

    @Test
    void uploadIsKnownByAnySpellingOfItsPath() {
        assertThat(client.send("PUT", "/v1/images/spelt/%63ontent/", "x".repeat(2 * JSON_MAX))
                        .statusCode())
                .isEqualTo(201);
        client.delete("/v1/images/spelt");
    }

    @Test
    void headThatIsTooLongIsRefused() {
        try (RawConnection connection = new RawConnection(agent)) {
            // When
            connection.send("GET /v1/images HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");

            // Then
            assertThat(connection.readToTheEnd()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void pathThatIsTooLongIsRefused() {
        try (RawConnection connection = new RawConnection(agent)) {
            // When
            connection.send("GET /v1/images/" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

            // Then
            assertThat(connection.readToTheEnd()).contains(" 414 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/images", "/v1/volumes", "/v1/scrub/runs", "/v1/upload-urls"})
    void jsonThatIsAnnouncedTooLargeIsRefused(String path) {
        String json = "{\"name\":\"" + "x".repeat(JSON_MAX) + "\"}";
        GateClient.requireProblem(client.postJson(path, json), 413, "too-large");
    }

    /** Two at a time: the agent takes seconds to close each connection. */
    @ParameterizedTest
    @CsvSource({"/v1/images, /v1/volumes", "/v1/scrub/runs, /v1/upload-urls"})
    void jsonThatTurnsOutTooLargeIsRefusedAndNoBugOfOurs(String path, String otherPath) {
        try (RecordedLog log = RecordedLog.open();
                RawConnection one = new RawConnection(agent);
                RawConnection other = new RawConnection(agent)) {
            // When
            sendTooMuchJson(one, path);
            sendTooMuchJson(other, otherPath);

            // Then
            for (RawConnection connection : List.of(one, other)) {
                assertThat(connection.readToTheEnd())
                        .startsWith("HTTP/1.1 413 ")
                        .contains("\"code\":\"too-large\"");
            }
            requireNoBug(log);
        }
    }

    private static void sendTooMuchJson(RawConnection connection, String path) {
        connection.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        connection.send("10000\r\n{\"name\":\"" + "x".repeat(0x10000 - 9) + "\r\n");
    }

    private void requireNoBug(RecordedLog log) {
        // Takes its time, in which the worker that read the body ends.
        client.upload("meanwhile");
        client.delete("/v1/images/meanwhile");
        assertThat(log.messages(ProblemMapper.class.getName())).isEmpty();
        await().atMost(Duration.ofSeconds(10)).until(() -> !aThreadWaitsForABody());
    }

    private static boolean aThreadWaitsForABody() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().endsWith(".VertxInputStream"));
    }

    @Test
    void jsonThatJustFitsIsRead() {
        String json = "{\"name\":\"" + "x".repeat(JSON_MAX - 11) + "\"}";
        assertThat(json).hasSize(JSON_MAX);
        GateClient.requireProblem(client.postJson("/v1/volumes", json), 400, "invalid-name");
    }

    /** Over HTTP/2 that ends a stream and not the connection. Both ways at once: the agent takes seconds for each. */
    @Test
    void jsonThatComesTooSlowlyIsCutOff() {
        try (RecordedLog log = RecordedLog.open();
                RawConnection connection = new RawConnection(agent);
                Http2Request request = newVolume()) {
            // When
            connection.send("POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{\"name\":");
            request.send("{\"name\":");

            // Then
            assertThat(request.status()).isEqualTo(408);
            request.awaitReset();
            assertThat(request.statusOnTheSameConnection("/v1/images")).isEqualTo(200);
            assertThat(connection.readToTheEnd()).startsWith("HTTP/1.1 408 ").contains("\"code\":\"request-timeout\"");
            requireNoBug(log);
        }
    }

    /**
     * What answers there would read the body first, ten mebibytes of it, or put the form's file on a disk. All at once, as it
     * takes seconds until each comes to its end.
     */
    @Test
    void healthAndMetricsTakeNoBodies() {
        try (RawConnection formOfApi = new RawConnection(agent);
                RawConnection formOfManagement = new RawConnection(management);
                RawConnection queryOfApi = new RawConnection(agent);
                RawConnection queryOfManagement = new RawConnection(management)) {
            // When
            for (RawConnection form : List.of(formOfApi, formOfManagement)) {
                sendBody(form, "POST /q/health", "multipart/form-data; boundary=x");
            }
            for (RawConnection query : List.of(queryOfApi, queryOfManagement)) {
                sendBody(query, "QUERY /q/metrics", "text/plain");
            }

            // Then
            for (RawConnection connection : List.of(formOfApi, formOfManagement, queryOfApi, queryOfManagement)) {
                assertThat(connection.readToTheEnd())
                        .startsWith("HTTP/1.1 4")
                        .containsPattern("\"code\":\"(method-not-allowed|too-large)\"");
            }
        }
    }

    private static void sendBody(RawConnection connection, String request, String type) {
        connection.send(request + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type
                + "\r\nContent-Length: 10485760\r\n\r\n--x\r\n");
    }

    @Test
    void healthAndMetricsAreThereToBeRead() {
        for (URI port : List.of(agent, management)) {
            String health = port.resolve("/q/health").toString();
            GateClient.requireProblem(client.send("POST", health, ""), 405, "method-not-allowed");
            assertThat(client.send("POST", health, "").headers().firstValue("Allow"))
                    .hasValue("GET, HEAD");
            assertThat(client.send("HEAD", health, "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void jsonThatIsTakenBackOverHttp2IsNoBugOfOurs() {
        try (RecordedLog log = RecordedLog.open();
                Http2Request request = newVolume()) {
            // When
            request.send("{\"name\":");
            request.reset();

            // Then
            requireNoBug(log);
        }
    }

    private Http2Request newVolume() {
        return new Http2Request(agent, "POST", "/v1/volumes", Map.of("Content-Type", "application/json"));
    }

    @Test
    void jsonThatStopsBeingHttpIsNoBugOfOurs() {
        try (RecordedLog log = RecordedLog.open();
                RawConnection connection = new RawConnection(agent)) {
            // When
            connection.send("POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n1\r\n{");
            connection.send("\r\nzz\r\n");

            // Then
            assertThat(connection.readToTheEnd()).doesNotContain("HTTP/1.1 2");
            requireNoBug(log);
        }
    }

    @Test
    void requestsBeyondTheLimitAreRefused() {
        try (RawConnection one = new RawConnection(agent);
                RawConnection two = new RawConnection(agent);
                RawConnection three = new RawConnection(agent)) {
            // Given
            String head = "PUT /v1/images/held-%d/content HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx";
            one.send(head.formatted(1));
            two.send(head.formatted(2));
            await().until(() -> client.get("/v1/images").body().split("\"name\":\"held-", -1).length == 3);
            three.send(head.formatted(3));

            // When
            await().until(() -> client.get("/v1/images").statusCode() == 503);
            HttpResponse<String> response = client.get("/v1/images");

            // Then
            GateClient.requireProblem(response, 503, "busy");
            assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(client.get("/q/health/live").statusCode()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.get("/v1/images").statusCode() == 200);
    }
}
