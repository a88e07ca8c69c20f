// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.gate.Http2Request;
import io.scrubjay.gate.RawConnection;
import io.scrubjay.gate.RecordedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Bodies that cannot come to their end, whoever ends the connection: they hold no place, no window and no name. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class BrokenUploadTest {
    /** As many as may run at once. */
    private static final int PLACES = 8;
    /** Less than an upload may be silent for. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private static final String BODY = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    private static final String INGESTS = "scrubjay_ingests_running";
    private static final String WRITES = "scrubjay_volume_writes_running";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() throws Exception {
        client = new AgentClient(agent);
        assertThat(client.post("/v1/volumes", "application/json", "{\"name\":\"v\",\"sizeBytes\":1048576}")
                        .statusCode())
                .isEqualTo(201);
    }

    /** The pool is as before, which shows that nobody holds anything of it. */
    @AfterEach
    void empty() throws Exception {
        assertThat(client.gauge("scrubjay_windows_in_use")).isZero();
        assertThat(client.gauge("scrubjay_volume_windows_in_use")).isZero();
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
        for (JsonNode image : AgentClient.json(client.get("/v1/images"))) {
            client.delete("/v1/images/" + image.get("name").asText());
        }
        assertThat(client.usedBytes()).isZero();
    }

    /** What no decoder takes in the middle of a body. */
    static Stream<String> noChunk() {
        return Stream.of(
                "zz\r\n", // no number
                "5;" + "x".repeat(10_000) + "\r\n", // an extension that is too long
                "0\r\nX: " + "x".repeat(40_000) + "\r\n\r\n"); // a trailer that is too long
    }

    private static String upload(String name) {
        return "PUT /v1/images/" + name + "/content HTTP/1.1\r\nHost: x\r\n" + BODY;
    }

    private static String write() {
        return "PUT /v1/volumes/v/content HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-99/*\r\n" + BODY;
    }

    private void awaitNone(String gauge) {
        await().atMost(AT_ONCE).until(() -> client.gauge(gauge) == 0);
    }

    private void requireCut(String name) throws Exception {
        awaitNone(INGESTS);
        JsonNode image = AgentClient.json(client.get("/v1/images/" + name));
        assertThat(image.at("/state").asText()).isEqualTo("failed");
        assertThat(image.at("/error/code").asText()).isEqualTo("upload-cut");
        assertThat(client.upload(name, new byte[] {1}).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @MethodSource("noChunk")
    void uploadsThatAreNoHttpBeforeTheyAreAdmittedHoldNoPlace(String rest) throws Exception {
        // When
        List<String> names = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            names.add("bad-" + i);
            try (RawConnection connection = new RawConnection(agent)) {
                assertThat(connection.send(upload("bad-" + i) + rest).readToTheEnd())
                        .isEmpty();
            }
        }

        // Then
        for (String name : names) {
            requireCut(name);
        }
    }

    @ParameterizedTest
    @MethodSource("noChunk")
    void uploadThatStopsBeingHttpIsCutAndSaysWhy(String rest) throws Exception {
        try (RawConnection connection = new RawConnection(agent)) {
            // Given
            connection.send(upload("bad"));
            awaitReceived("bad", 5);

            // When
            connection.send(rest).readToTheEnd();

            // Then
            awaitNone(INGESTS);
            assertThat(AgentClient.json(client.get("/v1/images/bad"))
                            .at("/error/message")
                            .asText())
                    .isEqualTo("after 5 bytes the client sent invalid HTTP");
            requireCut("bad");
        }
    }

    private void awaitReceived(String name, long bytes) {
        await().until(() -> AgentClient.json(client.get("/v1/images/" + name))
                        .path("receivedBytes")
                        .asLong()
                == bytes);
    }

    @ParameterizedTest
    @MethodSource("noChunk")
    void writesThatAreNoHttpHoldNothing(String rest) throws Exception {
        for (int i = 0; i < PLACES; i++) {
            try (RawConnection connection = new RawConnection(agent)) {
                connection.send(write() + rest).readToTheEnd();
            }
        }
        awaitNone(WRITES);
        requireWritable();
    }

    private void requireWritable() throws Exception {
        assertThat(client.send(client.request("/v1/volumes/v/content")
                                .header("Content-Range", "bytes 0-9/*")
                                .PUT(BodyPublishers.ofString("0123456789")))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void senderThatLeavesBeforeItIsAdmittedHoldsNoPlace() throws Exception {
        for (int i = 0; i < PLACES; i++) {
            try (RawConnection connection = new RawConnection(agent)) {
                connection.send(upload("left-" + i));
            }
            try (RawConnection connection = new RawConnection(agent)) {
                connection.send(write());
            }
        }
        awaitNone(WRITES);
        awaitNone(INGESTS);
        requireWritable();
        assertThat(client.upload("left-0", new byte[] {1}).statusCode()).isEqualTo(201);
    }

    private Http2Request http2Upload(String name, Map<String, String> headers) {
        return new Http2Request(agent, "PUT", "/v1/images/" + name + "/content", headers);
    }

    private Http2Request http2Write(Map<String, String> headers) {
        return new Http2Request(agent, "PUT", "/v1/volumes/v/content", headers);
    }

    /** The agent resets the request itself: so many bytes were not announced. */
    @Test
    void http2UploadOfAnotherLengthHoldsNoPlace() throws Exception {
        for (int i = 0; i < PLACES; i++) {
            try (Http2Request upload = http2Upload("bad-" + i, Map.of("Content-Length", "10"))) {
                upload.send("hello").end().awaitCut();
            }
            try (Http2Request write = http2Write(Map.of("Content-Range", "bytes 0-9/*", "Content-Length", "10"))) {
                write.send("hello").end().awaitCut();
            }
        }
        awaitNone(WRITES);
        requireWritable();
        for (int i = 0; i < PLACES; i++) {
            requireCut("bad-" + i);
        }
    }

    @Test
    void http2UploadThatTurnsOutToHaveAnotherLengthIsCut() throws Exception {
        try (Http2Request upload = http2Upload("bad", Map.of("Content-Length", "10"))) {
            upload.send("hello");
            awaitReceived("bad", 5);
            upload.end().awaitCut();
            requireCut("bad");
        }
    }

    @Test
    void http2UploadThatIsResetIsCutAndNoBugOfOurs() throws Exception {
        try (RecordedLog log = RecordedLog.open()) {
            for (int i = 0; i < PLACES; i++) {
                try (Http2Request upload = http2Upload("at-once", Map.of())) {
                    upload.send("hello").reset();
                    awaitNone(INGESTS);
                }
            }
            try (Http2Request upload = http2Upload("reset", Map.of());
                    Http2Request write = http2Write(Map.of("Content-Range", "bytes 0-99/*"))) {
                upload.send("hello");
                awaitReceived("reset", 5);
                upload.reset();
                requireCut("reset");
                write.send("hello");
                await().until(() -> client.gauge(WRITES) == 1);
                write.reset();
                awaitNone(WRITES);
                requireWritable();
            }
            assertThat(log.lines())
                    .extracting(RecordedLog.Line::whole)
                    .noneMatch(line -> line.contains("IllegalStateException"));
        }
    }

    @Test
    void http2UploadArrivesWhole() throws Exception {
        try (Http2Request upload = http2Upload("whole", Map.of())) {
            upload.send("hello").send(" world").end();
            assertThat(upload.status()).isEqualTo(201);
        }
        assertThat(AgentClient.text(client.get("/v1/images/whole/content"))).isEqualTo("hello world");
    }

    /** Whoever has sent everything need not stay for the answer. */
    @Test
    void uploadWhoseSenderLeavesAfterTheLastByteIsKept() throws Exception {
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send(upload("complete"));
            awaitReceived("complete", 5);
            connection.send("0\r\n\r\n");
        }
        await().until(() -> AgentClient.json(client.get("/v1/images/complete"))
                .path("state")
                .asText()
                .equals("ready"));
    }

    @Test
    void uploadThatIsAnsweredWhileItIsSealedIsKept() throws Exception {
        String head = "PUT /v1/images/sealing/content HTTP/1.1\r\nHost: x\r\nPrefer: respond-async\r\n"
                + "Connection: close\r\nContent-Length: 5\r\n\r\nhello";
        try (RawConnection connection = new RawConnection(agent)) {
            assertThat(connection.send(head).readToTheEnd()).startsWith("HTTP/1.1 202");
        }
        await().until(() -> AgentClient.json(client.get("/v1/images/sealing"))
                .path("state")
                .asText()
                .equals("ready"));
    }

    /** As often as it takes: the name was free at once in one of twelve cases only. */
    private static final int RETRIES = 12;

    private static String large(String name) {
        return "PUT /v1/images/" + name + "/content?format=raw HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
                + "Z".repeat(3_000_000);
    }

    @Test
    void uploadThatIsSentAgainAtOnceIsTaken() throws Exception {
        for (int i = 0; i < RETRIES; i++) {
            // Given
            String name = "again-" + i;
            try (RawConnection connection = new RawConnection(agent)) {
                connection.send(large(name)).reset();
            }

            // When
            HttpResponse<byte[]> answer = client.upload(name, new byte[] {1});

            // Then
            assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(201);
        }
    }

    @Test
    void http2UploadThatIsSentAgainAtOnceIsTaken() {
        for (int i = 0; i < RETRIES; i++) {
            // Given
            String name = "again-" + i;
            try (Http2Request upload = http2Upload(name, Map.of());
                    Http2Request second = http2Upload(name, Map.of())) {
                upload.send("Z".repeat(60_000)).reset();

                // When
                second.send("hello").end();

                // Then
                assertThat(second.status()).isEqualTo(201);
            }
        }
    }

    @Test
    void uploadOfATakenNameIsToldWhatHasIt() throws Exception {
        // Given
        client.upload("taken", new byte[] {1});
        JsonNode image = AgentClient.json(client.get("/v1/images/taken"));

        // When
        HttpResponse<byte[]> answer = client.upload("taken", new byte[] {1});

        // Then
        assertThat(answer.statusCode()).isEqualTo(409);
        JsonNode holder = AgentClient.json(answer).get("image");
        assertThat(holder.get("state").asText()).isEqualTo("ready");
        for (String field : List.of("id", "sourceDigest", "contentDigest")) {
            assertThat(holder.get(field)).as(field).isEqualTo(image.get(field));
        }
    }

    @Test
    void uploadOfANameThatIsBeingSentIsToldSo() throws Exception {
        // Given
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send(
                    "PUT /v1/images/sent/content?digest=sha-256:" + "0".repeat(64) + " HTTP/1.1\r\nHost: x\r\n" + BODY);
            awaitReceived("sent", 5);

            // When
            HttpResponse<byte[]> answer = client.upload("sent", new byte[] {1});

            // Then
            assertThat(answer.statusCode()).isEqualTo(409);
            JsonNode holder = AgentClient.json(answer).get("image");
            assertThat(holder.get("state").asText()).isIn("pending", "receiving");
            assertThat(holder.get("expectedDigest").asText()).isEqualTo("sha-256:" + "0".repeat(64));
        }
        requireCut("sent");
    }
}
