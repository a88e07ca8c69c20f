// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Downloads as a qcow2 file; what is in it, EncodedBodyTest and the tests of the format say. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class Qcow2ContentTest {
    private static final int MIB = 1 << 20;
    private static final String PLAIN = "/v1/images/disk/content?format=qcow2";
    private static final String ZSTD = PLAIN + "&compression=zstd";
    private static final int MAGIC = 0x514649fb;

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void upload() throws Exception {
        client = new AgentClient(agent);
        byte[] stored = new byte[6 * MIB + 12345];
        byte[] data = new byte[2 * MIB];
        new Random(1).nextBytes(data);
        System.arraycopy(data, 0, stored, MIB / 2, data.length);
        stored[stored.length - 1] = 1;
        assertThat(client.upload("disk", stored).statusCode()).isEqualTo(201);
    }

    @AfterEach
    void delete() throws Exception {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.gauge("scrubjay_downloads_running") == 0
                        && client.gauge("scrubjay_download_windows_in_use") == 0);
        client.delete("/v1/images/disk");
        assertThat(client.usedBytes()).isZero();
    }

    private HttpResponse<byte[]> head(String path, String... headers) throws Exception {
        HttpRequest.Builder request = client.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody());
        return client.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String field(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Test
    void fileHasItsLengthAndAName() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get(PLAIN);
        // Then: header, L1, L2, refcount table, 33 clusters, refcount block
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(38 << 16);
        assertThat(ByteBuffer.wrap(response.body()).getInt()).isEqualTo(MAGIC);
        assertThat(ByteBuffer.wrap(response.body()).getLong(24)).isEqualTo(6 * MIB + 12800);
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(38 << 16);
        assertThat(field(response, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(field(response, "Content-Disposition")).isEqualTo("attachment; filename=\"disk.qcow2\"");
        assertThat(field(response, "Accept-Ranges")).isEqualTo("none");
        assertThat(response.headers().firstValue("Repr-Digest")).isEmpty();
    }

    @Test
    void compressedFileComesInChunks() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get(ZSTD);
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(ByteBuffer.wrap(response.body()).getInt()).isEqualTo(MAGIC);
        assertThat(ByteBuffer.wrap(response.body()).get(104)).isEqualTo((byte) 1);
        assertThat(response.headers().firstValue("Content-Length")).isEmpty();
        assertThat(field(response, "Content-Disposition")).isEqualTo("attachment; filename=\"disk.qcow2\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, ZSTD})
    void headAnswersWithTheSameFields(String path) throws Exception {
        // When
        HttpResponse<byte[]> head = head(path);
        // Then
        HttpResponse<byte[]> get = client.get(path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : new String[] {
            "ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition", "Content-Type", "Repr-Digest"
        }) {
            assertThat(field(head, name)).as(name).isEqualTo(field(get, name));
        }
        if (path.equals(PLAIN)) {
            assertThat(field(head, "Content-Length")).isEqualTo(field(get, "Content-Length"));
        }
    }

    @Test
    void eachFormHasATagOfItsOwn() throws Exception {
        // When
        String raw = field(head("/v1/images/disk/content"), "ETag");
        String plain = field(head(PLAIN), "ETag");
        String zstd = field(head(ZSTD), "ETag");
        // Then
        assertThat(plain)
                .startsWith(raw.substring(0, raw.length() - 1) + "-qcow2-")
                .isNotEqualTo(zstd);
        assertThat(zstd).startsWith(raw.substring(0, raw.length() - 1) + "-qcow2-");
        assertThat(head(PLAIN, "If-Match", plain).statusCode()).isEqualTo(200);
        assertThat(head(PLAIN, "If-Match", raw).statusCode()).isEqualTo(412);
        assertThat(client.get(PLAIN, "If-Match", zstd).statusCode()).isEqualTo(412);
        assertThat(client.get(ZSTD, "If-None-Match", zstd).statusCode()).isEqualTo(304);
        assertThat(client.send(client.request("/v1/images/disk")
                                .method("DELETE", HttpRequest.BodyPublishers.noBody())
                                .header("If-Match", plain))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void thereAreNoRangesOfAFile() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get(PLAIN, "Range", "bytes=0-3");
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(38 << 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format=qcow2", "format=qcow2&compression=zstd"})
    void emptyDiskOfATebibyteIsASmallFile(String query) throws Exception {
        // Given
        HttpRequest.Builder upload = client.request("/v1/images/empty/content?format=raw&compression=none&size=1T")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[1]));
        assertThat(client.send(upload).statusCode()).isEqualTo(201);
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/empty/content?" + query);
        // Then: header, L1, refcount table, refcount block
        assertThat(client.delete("/v1/images/empty").statusCode()).isEqualTo(204);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(4 << 16);
        assertThat(ByteBuffer.wrap(response.body()).getLong(24)).isEqualTo(1L << 40);
        assertThat(ByteBuffer.wrap(response.body()).getInt(36)).isEqualTo(2048);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, ZSTD})
    void clientThatGoesAwayLeavesNothingHeld(String path) throws Exception {
        // Given
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            // When it closes in the middle
            assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
        }
        // Then nothing is held, as after each test
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format=vmdk|send format=raw or format=qcow2",
                "compression=zstd|send format=qcow2&compression=zstd",
                "format=qcow2&compression=gzip|send compression=zstd",
                "format=|its value must be one of raw, qcow2",
                "fromat=qcow2|this request takes compression, format",
                "format=raw&format=qcow2|send it once",
            })
    void refusalSaysWhatToSend(String query, String advice) throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content?" + query);
        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(AgentClient.json(response).get("detail").asText()).contains(advice);
    }
}
