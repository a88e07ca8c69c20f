// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Volumes and snapshots as a client sees them. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class VolumeResourceTest {
    private static final int CLUSTER = 64 << 10;
    private static final int MIB = 1 << 20;
    private static final String JSON = "application/json";
    private static final String WRITES = "scrubjay_volume_writes_running";
    private static final String WINDOWS = "scrubjay_volume_windows_in_use";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @AfterEach
    void empty() throws Exception {
        // Clones before what they depend on.
        for (String kind : List.of("volumes", "snapshots", "images")) {
            for (JsonNode one : AgentClient.json(client.get("/v1/" + kind))) {
                require(client.delete("/v1/" + kind + "/" + one.get("name").asText()), 204);
            }
        }
        assertThat(client.usedBytes()).isZero();
    }

    private static JsonNode require(HttpResponse<byte[]> response, int status) throws Exception {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(status);
        return AgentClient.json(response);
    }

    private static JsonNode requireProblem(HttpResponse<byte[]> response, int status, String code) throws Exception {
        JsonNode problem = require(response, status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("detail").asText()).isNotBlank();
        return problem;
    }

    private JsonNode create(String body) throws Exception {
        HttpResponse<byte[]> response = client.post("/v1/volumes", JSON, body);
        JsonNode volume = require(response, 201);
        assertThat(response.headers().firstValue("Location").orElseThrow())
                .endsWith("/v1/volumes/" + volume.get("name").asText());
        return volume;
    }

    private JsonNode thin(String name, long sizeBytes) throws Exception {
        return create("{\"name\":\"" + name + "\",\"sizeBytes\":" + sizeBytes + ",\"provisioning\":\"thin\"}");
    }

    private HttpResponse<byte[]> put(String name, String contentRange, byte[] bytes) throws Exception {
        return client.send(client.request("/v1/volumes/" + name + "/content")
                .header("Content-Range", contentRange)
                .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    private void write(String name, long offset, byte[] bytes) throws Exception {
        HttpResponse<byte[]> response = put(name, "bytes " + offset + "-" + (offset + bytes.length - 1) + "/*", bytes);
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(204);
    }

    private byte[] content(String path) throws Exception {
        HttpResponse<byte[]> response = client.get(path + "/content");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private JsonNode snapshot(String volume, String name) throws Exception {
        return require(client.post("/v1/volumes/" + volume + "/snapshots", JSON, "{\"name\":\"" + name + "\"}"), 201);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void thinAndThickAreShownWithWhatTheyTake() throws Exception {
        JsonNode thin = thin("thin", 10 * MIB + 1);
        JsonNode thick = create("{\"name\":\"thick\",\"sizeBytes\":" + MIB + ",\"provisioning\":\"thick\"}");

        assertThat(thin.get("sizeBytes").asLong()).isEqualTo(10 * MIB + CLUSTER);
        assertThat(thin.get("allocatedBytes").asLong()).isZero();
        assertThat(thin.get("provisioning").asText()).isEqualTo("thin");
        assertThat(thin.get("state").asText()).isEqualTo("ready");
        assertThat(thin.get("job").isNull()).isTrue();
        assertThat(thick.get("allocatedBytes").asLong()).isEqualTo(MIB);
        assertThat(thick.get("provisioning").asText()).isEqualTo("thick");
        JsonNode list = require(client.get("/v1/volumes"), 200);
        assertThat(list).hasSize(2);
        assertThat(list.get(0)).isEqualTo(thick);
        assertThat(require(client.get("/v1/volumes/thin"), 200)).isEqualTo(thin);
    }

    @Test
    void anyBytesAreWrittenAndReadAtAnyOffset() throws Exception {
        thin("v", 8 * MIB);
        byte[] bytes = random(1, 3 * MIB + 4711);
        byte[] expected = new byte[8 * MIB];
        System.arraycopy(bytes, 0, expected, 123_457, bytes.length);

        write("v", 123_457, bytes);

        assertThat(content("/v1/volumes/v")).isEqualTo(expected);
        HttpResponse<byte[]> part = client.get("/v1/volumes/v/content", "Range", "bytes=123450-123460");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 123450-123460/" + 8 * MIB);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(expected, 123_450, 123_461));
        requireProblem(
                client.get("/v1/volumes/v/content", "Range", "bytes=" + 8 * MIB + "-"), 416, "range-not-satisfiable");
    }

    @Test
    void aBodyOfUnknownLengthIsTakenAsFarAsTheRangeGoes() throws Exception {
        thin("v", 4 * MIB);
        byte[] bytes = random(2, 2 * MIB);

        HttpResponse<byte[]> response = client.send(client.request("/v1/volumes/v/content")
                .header("Content-Range", "bytes 7-" + (2 * MIB + 6) + "/*")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(Arrays.copyOfRange(content("/v1/volumes/v"), 7, 2 * MIB + 7)).isEqualTo(bytes);
        for (int other : new int[] {2 * MIB - 1, 2 * MIB + 1}) {
            requireProblem(
                    client.send(client.request("/v1/volumes/v/content")
                            .header("Content-Range", "bytes 0-" + (other - 1) + "/*")
                            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))),
                    400,
                    "length-mismatch");
        }
    }

    /** What is written are the bytes as they come, and those would be of the coding. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity, gzip", "identity|gzip"})
    void codedBytesAreNotWritten(String codings) throws Exception {
        thin("v", CLUSTER);
        HttpRequest.Builder request = client.request("/v1/volumes/v/content").header("Content-Range", "bytes 0-9/*");
        for (String coding : codings.split("\\|", -1)) {
            request.header("Content-Encoding", coding);
        }

        requireProblem(client.send(request.PUT(BodyPublishers.ofByteArray(random(3, 10)))), 400, "invalid-request");

        assertThat(content("/v1/volumes/v")).isEqualTo(new byte[CLUSTER]);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 0-9/*, 9, 400, length-mismatch",
        "bytes 0-9/*, 11, 400, length-mismatch",
        "bytes 9-0/*, 10, 400, invalid-request",
        "bytes 0-9, 10, 400, invalid-request",
        "bytes 0-9/10, 10, 400, invalid-request",
        "bytes 65530-65539/*, 10, 416, range-not-satisfiable"
    })
    void writesThatCannotBeAreRefusedAndWriteNothing(String contentRange, int length, int status, String code)
            throws Exception {
        thin("v", CLUSTER);

        requireProblem(put("v", contentRange, random(3, length)), status, code);

        assertThat(content("/v1/volumes/v")).isEqualTo(new byte[CLUSTER]);
    }

    @Test
    void aWriteHasToSayWhereAndTheVolumeHasToBeThere() throws Exception {
        thin("v", CLUSTER);

        requireProblem(
                client.send(client.request("/v1/volumes/v/content").PUT(BodyPublishers.ofByteArray(new byte[10]))),
                400,
                "invalid-request");
        requireProblem(put("missing", "bytes 0-9/*", new byte[10]), 404, "volume-not-found");
        requireProblem(put("NO", "bytes 0-9/*", new byte[10]), 400, "invalid-name");
    }

    @Test
    void aSenderThatFallsSilentIsToldSoAndHoldsNothing() throws Exception {
        thin("v", MIB);
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            socket.getOutputStream()
                    .write(("PUT /v1/volumes/v/content HTTP/1.1\r\nHost: agent\r\nContent-Range: bytes 0-99/*\r\n"
                                    + "Content-Length: 100\r\n\r\nonly the beginning")
                            .getBytes(StandardCharsets.US_ASCII));

            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            assertThat(answer.readLine()).startsWith("HTTP/1.1 408");
        }
        assertThat(client.gauge(WRITES)).isZero();
        assertThat(client.gauge(WINDOWS)).isZero();
    }

    @Test
    void aSenderThatGoesAwayHoldsNothing() throws Exception {
        thin("v", MIB);
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            socket.getOutputStream()
                    .write(("PUT /v1/volumes/v/content HTTP/1.1\r\nHost: agent\r\nContent-Range: bytes 0-99/*\r\n"
                                    + "Content-Length: 100\r\n\r\nonly the beginning")
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> client.gauge(WRITES) == 1);
        }

        Awaitility.await().until(() -> client.gauge(WRITES) == 0);

        assertThat(client.gauge(WINDOWS)).isZero();
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }

    @Test
    void aVolumeGrowsAndDoesNotShrink() throws Exception {
        thin("v", MIB);
        write("v", MIB - 1, new byte[] {1});

        JsonNode grown = require(patch("v", "{\"sizeBytes\":" + 2 * MIB + "}"), 200);

        assertThat(grown.get("sizeBytes").asLong()).isEqualTo(2 * MIB);
        requireProblem(patch("v", "{\"sizeBytes\":" + MIB + "}"), 409, "volume-shrink");
        requireProblem(patch("v", "{}"), 400, "invalid-request");
        byte[] expected = new byte[2 * MIB];
        expected[MIB - 1] = 1;
        assertThat(content("/v1/volumes/v")).isEqualTo(expected);
    }

    private HttpResponse<byte[]> patch(String name, String body) throws Exception {
        return client.send(client.request("/v1/volumes/" + name)
                .header("Content-Type", JSON)
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sizeBytes\":1}|400|invalid-name",
                "{\"name\":\"A\",\"sizeBytes\":1}|400|invalid-name",
                "{\"name\":\"v\"}|400|invalid-request",
                "{\"name\":\"v\",\"sizeBytes\":0}|400|invalid-request",
                "{\"name\":\"v\",\"sizeBytes\":1,\"provisioning\":\"fat\"}|400|invalid-request",
                "{\"name\":\"v\",\"fromImage\":\"i\",\"fromSnapshot\":\"s\"}|400|invalid-request",
                "{\"name\":\"v\",\"fromImage\":\"i\",\"provisioning\":\"thick\"}|400|invalid-request",
                "{\"name\":\"v\",\"fromImage\":\"i\"}|404|image-not-found",
                "{\"name\":\"v\",\"fromSnapshot\":\"s\"}|404|snapshot-not-found",
                "{\"name\":\"v\",\"sizeBytes\":1000000000000000}|413|too-large",
                "{\"name\":\"v\",\"sizeBytes\":500000000,\"provisioning\":\"thick\"}|507|pool-full"
            })
    void volumesThatCannotBeAreRefused(String body, int status, String code) throws Exception {
        JsonNode problem = requireProblem(client.post("/v1/volumes", JSON, body), status, code);

        assertThat(problem.get("detail").asText()).doesNotContain("JSON");
        assertThat(client.usedBytes()).isZero();
    }

    @Test
    void aNameIsTakenOnceAndUnknownOnesAreNotFound() throws Exception {
        thin("v", 1);

        requireProblem(client.post("/v1/volumes", JSON, "{\"name\":\"v\",\"sizeBytes\":1}"), 409, "volume-exists");
        requireProblem(client.get("/v1/volumes/w"), 404, "volume-not-found");
        requireProblem(client.delete("/v1/volumes/w"), 404, "volume-not-found");
        requireProblem(client.get("/v1/snapshots/w"), 404, "snapshot-not-found");
        requireProblem(client.delete("/v1/snapshots/w"), 404, "snapshot-not-found");
    }

    @Test
    void aCloneOfAnImageIsNamedWhenTheImageIsToGo() throws Exception {
        byte[] bytes = random(4, 2 * MIB);
        require(client.upload("base", bytes), 201);
        JsonNode clone = create("{\"name\":\"clone\",\"fromImage\":\"base\"}");

        assertThat(content("/v1/volumes/clone")).isEqualTo(bytes);
        assertThat(clone.get("source").get("name").asText()).isEqualTo("base");
        assertThat(clone.get("parents")).hasSize(1);
        assertThat(clone.get("allocatedBytes").asLong()).isZero();
        JsonNode problem = requireProblem(client.delete("/v1/images/base"), 409, "image-in-use");
        assertThat(problem.get("children")).hasSize(1);
        assertThat(problem.get("children").get(0).asText()).isEqualTo("clone");
        assertThat(problem.get("detail").asText()).contains("volume clone");
    }

    @Test
    void aSnapshotIsProvenServedAndCloned() throws Exception {
        thin("v", 4 * MIB);
        write("v", MIB, random(5, MIB));
        byte[] bytes = content("/v1/volumes/v");

        JsonNode snapshot = snapshot("v", "s");
        write("v", 0, random(6, 3 * MIB));
        JsonNode clone = create("{\"name\":\"c\",\"fromSnapshot\":\"s\"}");

        assertThat(snapshot.get("state").asText()).isEqualTo("ready");
        assertThat(snapshot.get("volume").asText()).isEqualTo("v");
        assertThat(require(client.get("/v1/snapshots/s"), 200)).isEqualTo(snapshot);
        assertThat(require(client.get("/v1/snapshots"), 200)).hasSize(1);
        assertThat(content("/v1/snapshots/s")).isEqualTo(bytes);
        assertThat(content("/v1/volumes/c")).isEqualTo(bytes);
        JsonNode manifest = require(client.get("/v1/snapshots/s/manifest"), 200);
        assertThat(manifest.get("contentDigest")).isEqualTo(snapshot.get("contentDigest"));
        assertThat(manifest.get("leaves")).hasSize(1);
        JsonNode clusters = require(client.get("/v1/snapshots/s/clusters"), 200);
        assertThat(clusters.get("allocated").toString()).isEqualTo("[[16,16]]");
        HttpResponse<byte[]> part = client.get("/v1/snapshots/s/content", "Range", "bytes=1048570-1048579");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 1048570, 1048580));
        assertThat(clone.get("parents").get(0).get("type").asText()).isEqualTo("snapshot");
        requireProblem(client.delete("/v1/snapshots/s"), 409, "image-in-use");
        requireProblem(client.post("/v1/volumes/v/snapshots", JSON, "{\"name\":\"s\"}"), 409, "snapshot-exists");
        assertThat(require(client.get("/v1/images"), 200)).isEmpty();
    }

    @Test
    void aSnapshotOfAVolumeInUseMayBeDeleted() throws Exception {
        thin("v", MIB);
        write("v", 5, random(7, 1000));
        byte[] bytes = content("/v1/volumes/v");
        snapshot("v", "s");

        assertThat(client.delete("/v1/snapshots/s").statusCode()).isEqualTo(204);

        assertThat(content("/v1/volumes/v")).isEqualTo(bytes);
        assertThat(require(client.get("/v1/volumes/v"), 200).get("parents")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"inflate, 64", "decouple, 32"})
    void jobsAreAcceptedAndShownUntilTheirEnd(String kind, int allocatedClusters) throws Exception {
        require(client.upload("base", random(8, 2 * MIB)), 201);
        create("{\"name\":\"v\",\"fromImage\":\"base\",\"sizeBytes\":" + 4 * MIB + "}");

        JsonNode accepted = require(client.post("/v1/volumes/v/" + kind, JSON, ""), 202);

        assertThat(accepted.get("job").get("kind").asText()).isEqualTo(kind);
        JsonNode done = Awaitility.await()
                .until(
                        () -> require(client.get("/v1/volumes/v"), 200),
                        volume -> !volume.get("job").get("state").asText().equals("running"));
        assertThat(done.get("job").get("state").asText()).as("%s", done).isEqualTo("finished");
        assertThat(done.get("job").get("error").isNull()).isTrue();
        assertThat(done.get("allocatedClusters").asInt()).isEqualTo(allocatedClusters);
        assertThat(done.get("parents")).isEmpty();
        assertThat(client.delete("/v1/images/base").statusCode()).isEqualTo(204);
    }

    @Test
    void aScrubOfEverythingReadsSnapshotsToo() throws Exception {
        require(client.upload("base", random(9, MIB)), 201);
        thin("v", 2 * MIB);
        write("v", 0, random(10, MIB));
        snapshot("v", "first");
        write("v", MIB, random(11, MIB));
        snapshot("v", "second");

        JsonNode all = scrub("*");
        JsonNode one = scrub("snapshot/second");

        assertThat(all.get("imagesDone").asInt()).isEqualTo(3);
        assertThat(all.get("findings")).isEmpty();
        // What it reads through its parent is part of it.
        assertThat(one.get("bytesRead").asLong()).isEqualTo(2 * MIB);
        JsonNode scrubbed = require(client.get("/v1/snapshots/second"), 200);
        assertThat(scrubbed.get("lastScrub").get("result").asText()).isEqualTo("intact");
        requireProblem(
                client.post("/v1/scrub/runs", JSON, "{\"target\":\"snapshot/third\",\"level\":\"deep\"}"),
                404,
                "snapshot-not-found");
    }

    private JsonNode scrub(String target) throws Exception {
        JsonNode run =
                require(client.post("/v1/scrub/runs", JSON, "{\"target\":\"" + target + "\",\"level\":\"deep\"}"), 202);
        return Awaitility.await()
                .until(
                        () -> require(
                                client.get("/v1/scrub/runs/" + run.get("id").asText()), 200),
                        now -> now.get("state").asText().equals("finished"));
    }
}
