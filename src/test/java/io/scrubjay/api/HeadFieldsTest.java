// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.gate.RawConnection;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What requests and answers say in their heads, whatever they are for. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class HeadFieldsTest {
    private static final String LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT";
    private static final String IN_A_LONG_TIME = "Sun, 01 Jan 2096 00:00:00 GMT";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void makeSome() throws Exception {
        client = new AgentClient(agent);
        assertThat(client.upload("image", "bytes".getBytes(StandardCharsets.US_ASCII))
                        .statusCode())
                .isEqualTo(201);
        client.post("/v1/volumes", "application/json", "{\"name\":\"v\",\"sizeBytes\":65536}");
        client.post("/v1/volumes/v/snapshots", "application/json", "{\"name\":\"snapshot\"}");
    }

    @AfterEach
    void deleteThem() throws Exception {
        client.delete("/v1/images/image");
        client.delete("/v1/snapshots/snapshot");
        client.delete("/v1/volumes/v");
        assertThat(client.usedBytes()).isZero();
    }

    private HttpResponse<byte[]> send(String method, String path, String... fields) throws Exception {
        return client.send(client.request(path)
                .method(method, hasBody(method, path) ? BodyPublishers.ofString("hello") : BodyPublishers.noBody())
                .headers(fields));
    }

    private static boolean hasBody(String method, String path) {
        return method.matches("PUT|POST|PATCH") && !path.endsWith("/inflate");
    }

    private static void requireProblem(HttpResponse<byte[]> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(status);
        assertThat(AgentClient.json(answer).get("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/images/image/content",
        "GET, /v1/snapshots/snapshot/content",
        "DELETE, /v1/images/image",
        "DELETE, /v1/snapshots/snapshot",
        "DELETE, /v1/volumes/v",
        "GET, /v1/volumes/v/content",
        "PUT, /v1/volumes/v/content",
        "PUT, /v1/images/other/content",
        "POST, /v1/volumes/v/inflate",
    })
    void whatIsMeantForOtherBytesIsNotDone(String method, String path) throws Exception {
        requireProblem(
                send(method, path, "If-Match", "\"scrubjay1:00\"", "Content-Range", "bytes 0-4/*"),
                412,
                "precondition-failed");
        assertThat(client.get("/v1/images/image").statusCode()).isEqualTo(200);
        assertThat(client.get("/v1/images/other").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/snapshots/snapshot").statusCode()).isEqualTo(200);
        assertThat(client.get("/v1/volumes/v").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/images/image/content",
        "GET, /v1/snapshots/snapshot/content",
        "DELETE, /v1/images/image",
        "DELETE, /v1/snapshots/snapshot"
    })
    void whatIsYoungerThanIsMeantStays(String method, String path) throws Exception {
        requireProblem(send(method, path, "If-Unmodified-Since", LONG_AGO), 412, "precondition-failed");
        assertThat(send(method, path, "If-Unmodified-Since", IN_A_LONG_TIME).statusCode())
                .isBetween(200, 204);
    }

    @Test
    void whatIsMeantForTheseBytesIsDone() throws Exception {
        HttpResponse<byte[]> content = client.get("/v1/images/image/content");
        String tag = content.headers().firstValue("ETag").orElseThrow();
        String date = content.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(client.get("/v1/images/image/content", "If-Unmodified-Since", date)
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/v1/volumes/v/content", "If-Match", "*", "Content-Range", "bytes 0-4/*")
                        .statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/v1/images/image", "If-Match", tag).statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /v1/images/image, *",
        "DELETE, /v1/images/image, '\"scrubjay1:00\"'",
        "DELETE, /v1/volumes/v, *",
        "PUT, /v1/volumes/v/content, *",
        "PUT, /v1/images/other/content, '\"scrubjay1:00\"'",
        "POST, /v1/volumes/v/inflate, *",
    })
    void changeUnlessSomethingMatchesIsRefused(String method, String path, String tags) throws Exception {
        requireProblem(
                send(method, path, "If-None-Match", tags, "Content-Range", "bytes 0-4/*"), 412, "precondition-failed");
        assertThat(client.get("/v1/images/image").statusCode()).isEqualTo(200);
        assertThat(client.get("/v1/images/other").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/volumes/v").statusCode()).isEqualTo(200);
    }

    /** Without what only a new image could keep to, it would be refused all the same: RFC 9110, section 13.2.1. */
    @Test
    void newImageOnlyIsNewOrRefused() throws Exception {
        requireProblem(send("PUT", "/v1/images/image/content", "If-None-Match", "*"), 409, "image-exists");
        assertThat(send("PUT", "/v1/images/new/content?format=raw", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(201);
        client.delete("/v1/images/new");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/images/image/content, PUT",
        "DELETE, /v1/images/image/content, PUT",
        "PATCH, /v1/volumes/v/content, PUT",
        "PUT, /v1/snapshots/snapshot/content, GET",
        "PUT, /v1/images, GET",
        "POST, /v1/pool, GET",
        "BREW, /v1/images/image, DELETE",
        "POST, /v1/scrub/runs/7, GET",
    })
    void anotherMethodIsToldWhichThereAre(String method, String path, String one) throws Exception {
        HttpResponse<byte[]> answer = send(method, path, "Accept", "*/*");
        requireProblem(answer, 405, "method-not-allowed");
        assertThat(answer.headers().firstValue("Allow").orElseThrow().split(", "))
                .contains(one, "OPTIONS")
                .doesNotContain(method);
    }

    @Test
    void largeBodyOfAnotherMethodIsNoLargeBody() {
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send("POST /v1/images/image/content HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n");
            assertThat(connection.readUntil("\r\n\r\n"))
                    .startsWith("HTTP/1.1 405 ")
                    .containsIgnoringCase("Allow: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /v1/images/other/content HTTP/1.1",
                "PUT /v1/images/other/content HTTP/1.0",
                "PUT /v1/volumes/v/content HTTP/1.1",
                "POST /v1/volumes HTTP/1.1",
                "PATCH /v1/volumes/v HTTP/1.1",
            })
    void bodyThatIsMissingIsAskedFor(String line) {
        try (RawConnection connection = new RawConnection(agent)) {
            String answer = connection
                    .send(line + "\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
                    .readToTheEnd();
            assertThat(answer).matches("(?s)HTTP/1.. 411 .*").contains("\"code\":\"length-required\"");
        }
    }

    /** HTTP/1.0 knows no answer that is not the last one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT /v1/images/old/content?format=raw|Content-Type: text/plain|hello|201|/v1/images/old",
                "PUT /v1/volumes/v/content|Content-Range: bytes 0-4/*|hello|204|",
                "POST /v1/volumes|Content-Type: application/json|{\"name\":\"w\",\"sizeBytes\":1}|201|/v1/volumes/w",
            })
    void clientOfHttp10IsNotToldToContinue(String line, String field, String body, int status, String made)
            throws Exception {
        try (RawConnection connection = new RawConnection(agent)) {
            // When
            String answer = connection
                    .send(line + " HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\n" + field + "\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body)
                    .readToTheEnd();

            // Then
            assertThat(answer).matches("(?s)HTTP/1.. " + status + " .*").doesNotContain("100 Continue");
        }
        if (made != null) {
            assertThat(client.delete(made).statusCode()).isEqualTo(204);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/octet-stream", "text/html", "image/png, text/*;q=0.1"})
    void uploaderMayAcceptWhateverItLikes(String accepted) throws Exception {
        HttpResponse<byte[]> answer = send("PUT", "/v1/images/accepted/content?format=raw", "Accept", accepted);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        client.delete("/v1/images/accepted");
        assertThat(send("PUT", "/v1/volumes/v/content", "Accept", accepted, "Content-Range", "bytes 0-4/*")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void whatWasPreferredAndDoneIsSaid() throws Exception {
        HttpResponse<byte[]> answer =
                send("PUT", "/v1/images/later/content?format=raw", "Prefer", "respond-async, wait=10");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("respond-async");
        HttpResponse<byte[]> other = send("PUT", "/v1/images/now/content?format=raw", "Prefer", "return=minimal");
        assertThat(other.headers().firstValue("Preference-Applied")).isEmpty();
        await().until(() -> AgentClient.json(client.get("/v1/images/later"))
                .get("state")
                .asText()
                .equals("ready"));
        client.delete("/v1/images/later");
        client.delete("/v1/images/now");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/images",
                "/v1/images/image",
                "/v1/images/image/manifest",
                "/v1/images/image/clusters",
                "/v1/images/nobody",
                "/v1/images/a..%20",
                "/v1/snapshots",
                "/v1/snapshots/snapshot/manifest",
                "/v1/snapshots/snapshot/clusters",
                "/v1/volumes/v",
                "/v1/pool",
                "/v1/scrub",
                "/v1/nowhere"
            })
    void jsonEndsWithALineAndItsHeadHasItsLength(String path) throws Exception {
        HttpResponse<byte[]> get = client.get(path);
        assertThat(AgentClient.text(get)).endsWith("}\n".substring(get.body()[0] == '[' ? 1 : 0));
        HttpResponse<byte[]> head = send("HEAD", path, "Accept", "*/*");
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(get.headers().firstValue("Content-Length"))
                .hasValue(Integer.toString(get.body().length));
    }

    @Test
    void bodyOfARefusedUploadIsReadToItsEnd() {
        try (RawConnection connection = new RawConnection(agent)) {
            // When
            String head = "PUT /v1/images/x/content?digset=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n";
            String answer = connection.send(head + "x".repeat(20_000_000)).readUntil("}");

            // Then
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("digset");
        }
    }
}
