// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.ApiDocument.Operation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Does everything once that can be done, and compares how it is answered with what the OpenAPI document says. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class SuccessCodesTest {
    private static final String JSON = "application/json";
    /** A pool in memory exports nothing, and this agent has no key for upload URLs. */
    private static final Set<String> NOT_HERE = Set.of(
            "POST /v1/upload-urls",
            "GET /v1/images/{name}/export",
            "POST /v1/images/{name}/export",
            "GET /v1/volumes/{name}/export",
            "POST /v1/volumes/{name}/export",
            "GET /v1/snapshots/{name}/export",
            "POST /v1/snapshots/{name}/export");

    @TestHTTPResource
    URI agent;

    private final Map<String, Set<String>> answered = new TreeMap<>();
    private AgentClient client;

    private HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers) throws Exception {
        var request = client.request(path).method(method, BodyPublishers.ofByteArray(body));
        HttpResponse<byte[]> answer = client.send(headers.length == 0 ? request : request.headers(headers));
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, AgentClient.text(answer))
                .isBetween(200, 399);
        Operation operation = ApiDocument.of(agent)
                .find(method, URI.create(path).getRawPath())
                .orElseThrow(() -> new AssertionError(method + " " + path + " is not in the document"));
        answered.computeIfAbsent(operation.toString(), key -> new TreeSet<>())
                .add(Integer.toString(answer.statusCode()));
        return answer;
    }

    private HttpResponse<byte[]> call(String method, String path, String... headers) throws Exception {
        return call(method, path, new byte[0], headers);
    }

    private HttpResponse<byte[]> json(String method, String path, String body) throws Exception {
        return call(method, path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), "Content-Type", JSON);
    }

    @Test
    void everyOperationSucceedsAsDocumented() throws Exception {
        // Given
        client = new AgentClient(agent);
        Map<String, Set<String>> documented = new TreeMap<>();
        for (Operation operation : ApiDocument.of(agent).operations()) {
            if (!NOT_HERE.contains(operation.toString())) {
                Set<String> statuses = operation.statuses('2');
                statuses.addAll(operation.statuses('3'));
                documented.put(operation.toString(), statuses);
            }
        }

        // When
        images();
        uploads();
        volumes();
        snapshots();
        scrubs();
        call("GET", "/v1/pool");
        call("DELETE", "/v1/images?state=failed");
        call("DELETE", "/v1/images/one");
        call("DELETE", "/v1/images/two");

        // Then
        assertThat(answered).isEqualTo(documented);
    }

    private void images() throws Exception {
        byte[] bytes = {1, 2, 3, 4};
        call("PUT", "/v1/images/one/content?format=raw", bytes);
        call("PUT", "/v1/images/two/content?format=raw", bytes, "Prefer", "respond-async");
        awaitReady("two");
        json(
                "POST",
                "/v1/images",
                "{\"name\":\"three\",\"format\":\"raw\",\"source\":{\"type\":\"url\",\"url\":\"http://127.0.0.1:"
                        + agent.getPort() + "/v1/images/one/content\"}}");
        awaitReady("three");
        call("DELETE", "/v1/images/three");
        forms();
        call("GET", "/v1/images");
        call("GET", "/v1/images/one");
        call("GET", "/v1/images/one/events");
        call("GET", "/v1/images/one/manifest");
        call("GET", "/v1/images/one/clusters");
        content("images");
        call("DELETE", "/v1/images/one/export");
    }

    private void uploads() throws Exception {
        String[] tus = {"Tus-Resumable", "1.0.0", "Upload-Length", "10", "Upload-Metadata", "name dGhyZWU="};
        HttpResponse<byte[]> begun = call("POST", "/v1/uploads", tus);
        String path =
                URI.create(begun.headers().firstValue("Location").orElseThrow()).getPath();
        String[] piece = {
            "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"
        };
        call("PATCH", path, new byte[] {1, 2, 3}, piece);
        call("HEAD", path, "Tus-Resumable", "1.0.0");
        call("DELETE", path, "Tus-Resumable", "1.0.0");
    }

    private void awaitReady(String name) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> AgentClient.json(client.get("/v1/images/" + name))
                        .get("state")
                        .asText()
                        .equals("ready"));
    }

    private void forms() throws Exception {
        String type = "multipart/form-data; boundary=b";
        String head = "--b\r\nContent-Disposition: form-data; name=";
        for (String prefer : new String[] {"wait=60", "respond-async"}) {
            String form = head + "name\r\n\r\nform\r\n" + head + "content\r\n\r\nx\r\n--b--\r\n";
            form("/v1/images", form, "Content-Type", type, "Prefer", prefer);
            String chunk = head + "chunk; filename=x\r\n\r\nx\r\n--b--\r\n";
            form("/v1/images/form?action=upload&size=1", chunk, "Content-Type", type, "Prefer", prefer);
        }
    }

    private void form(String path, String form, String... headers) throws Exception {
        call("POST", path, form.getBytes(java.nio.charset.StandardCharsets.US_ASCII), headers);
        awaitReady("form");
        call("DELETE", "/v1/images/form");
    }

    private void content(String kind) throws Exception {
        String path = "/v1/" + kind + "/one/content";
        HttpResponse<byte[]> all = call("GET", path);
        call("GET", path, "Range", "bytes=1-2");
        call("HEAD", path);
        if (all.headers().firstValue("ETag").isPresent()) {
            call("GET", path, "If-None-Match", all.headers().firstValue("ETag").get());
            call("HEAD", path, "If-None-Match", all.headers().firstValue("ETag").get());
        }
    }

    private void volumes() throws Exception {
        json("POST", "/v1/volumes", "{\"name\":\"one\",\"fromImage\":\"one\"}");
        json("PATCH", "/v1/volumes/one", "{\"sizeBytes\":131072}");
        call("PUT", "/v1/volumes/one/content", new byte[] {7}, "Content-Range", "bytes 1-1/*");
        call("GET", "/v1/volumes");
        call("GET", "/v1/volumes/one");
        content("volumes");
        json("POST", "/v1/volumes/one/snapshots", "{\"name\":\"one\"}");
        call("GET", "/v1/volumes/one/snapshots");
        for (String job : new String[] {"decouple", "inflate"}) {
            call("POST", "/v1/volumes/one/" + job);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !isJobRunning());
        }
        call("DELETE", "/v1/volumes/one/export");
    }

    private boolean isJobRunning() throws Exception {
        JsonNode volume = AgentClient.json(client.get("/v1/volumes/one"));
        return volume.at("/job/state").asText().equals("running");
    }

    private void snapshots() throws Exception {
        call("GET", "/v1/snapshots");
        call("GET", "/v1/snapshots/one");
        call("GET", "/v1/snapshots/one/manifest");
        call("GET", "/v1/snapshots/one/clusters");
        content("snapshots");
        call("DELETE", "/v1/snapshots/one/export");
        call("DELETE", "/v1/volumes/one");
        call("DELETE", "/v1/snapshots/one");
    }

    private void scrubs() throws Exception {
        call("GET", "/v1/scrub");
        json("PATCH", "/v1/scrub", "{\"paused\":false}");
        HttpResponse<byte[]> run = json("POST", "/v1/scrub/runs", "{\"target\":\"*\",\"level\":\"light\"}");
        call("GET", "/v1/scrub/runs");
        String id = AgentClient.json(run).get("id").asText();
        call("GET", "/v1/scrub/runs/" + id);
        call("DELETE", "/v1/scrub/runs/" + id);
    }
}
