// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDecoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ImageContentTest {
    private static final int MIB = 1 << 20;
    private static final String RUNNING = "scrubjay_downloads_running";

    @TestHTTPResource
    URI agent;

    private AgentClient client;
    private byte[] stored;

    @BeforeEach
    void upload() throws Exception {
        client = new AgentClient(agent);
        stored = new byte[6 * MIB + 12345];
        byte[] data = new byte[2 * MIB];
        new Random(1).nextBytes(data);
        System.arraycopy(data, 0, stored, MIB / 2, data.length);
        stored[stored.length - 1] = 1;
        assertThat(client.upload("disk", stored).statusCode()).isEqualTo(201);
    }

    @AfterEach
    void delete() throws Exception {
        await().atMost(Duration.ofSeconds(20)).until(this::nothingIsHeld);
        assertThat(client.delete("/v1/images/disk").statusCode()).isEqualTo(204);
        assertThat(client.usedBytes()).isZero();
    }

    private boolean nothingIsHeld() throws Exception {
        return client.gauge(RUNNING) == 0 && client.gauge("scrubjay_download_windows_in_use") == 0;
    }

    private Manifest binaryManifest() throws Exception {
        HttpResponse<byte[]> response =
                client.get("/v1/images/disk/manifest", "Accept", "application/vnd.scrubjay.manifest");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/vnd.scrubjay.manifest");
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length);
        ManifestDecoder decoder = new ManifestDecoder();
        decoder.decode(ByteBuffer.wrap(response.body()));
        return decoder.finish();
    }

    @Test
    void aRangeOfBytesThatWereReplacedIsRefused() throws Exception {
        // When
        HttpResponse<byte[]> response =
                client.get("/v1/images/disk/content", "Range", "bytes=4-7", "If-Match", "\"scrubjay1:00\"");

        // Then
        assertThat(response.statusCode()).isEqualTo(412);
        assertThat(AgentClient.json(response).get("code").asText()).isEqualTo("precondition-failed");
        String tag = response.headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> again = client.get("/v1/images/disk/content", "Range", "bytes=4-7", "If-Match", tag);
        assertThat(again.statusCode()).isEqualTo(206);
        assertThat(again.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"disk.img\"");
    }

    @Test
    void theWholeIsWhatWasSentAndSaysSo() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content");
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(stored);
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(stored.length);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(response.headers().firstValue("Accept-Ranges")).hasValue("bytes");
        String contentDigest = AgentClient.json(client.get("/v1/images/disk"))
                .get("contentDigest")
                .asText();
        assertThat(response.headers().firstValue("ETag")).hasValue('"' + contentDigest + '"');
        assertThat(response.headers().firstValue("Repr-Digest"))
                .hasValue("sha-256=:" + Base64.getEncoder().encodeToString(sha256(stored)) + ":");
    }

    @Test
    void aHeadHasTheHeadersOfTheWhole() throws Exception {
        // When
        HttpResponse<byte[]> response = client.send(
                client.request("/v1/images/disk/content").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(stored.length);
        assertThat(response.headers().firstValue("ETag")).isPresent();
        assertThat(response.headers().firstValue("Repr-Digest")).isPresent();
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aRangeIsItsBytes() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content", "Range", "bytes=524280-2700000");
        // Then
        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes 524280-2700000/" + stored.length);
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(2700001 - 524280);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(stored, 524280, 2700001));
    }

    @Test
    void theLastByteIsARange() throws Exception {
        assertThat(client.get("/v1/images/disk/content", "Range", "bytes=-1").body())
                .containsExactly(1);
    }

    @Test
    void aRangeBehindTheEndIsRefused() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content", "Range", "bytes=" + stored.length + "-");
        // Then
        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes */" + stored.length);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(AgentClient.json(response).get("code").asText()).isEqualTo("range-not-satisfiable");
        assertThat(response.headers().map())
                .doesNotContainKeys("repr-digest", "etag", "last-modified", "content-disposition");
    }

    @Test
    void whoHasItGetsNothing() throws Exception {
        // Given
        String tag = client.get("/v1/images/disk/content", "Range", "bytes=0-0")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content", "If-None-Match", tag);
        // Then
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.headers().firstValue("ETag")).hasValue(tag);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void whoHasPartOfSomethingElseGetsTheWhole() throws Exception {
        HttpResponse<byte[]> response =
                client.get("/v1/images/disk/content", "Range", "bytes=0-9", "If-Range", "\"scrubjay1:00\"");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(stored.length);
    }

    @Test
    void whoHasPartOfThisGetsTheRange() throws Exception {
        String tag = client.get("/v1/images/disk/content", "Range", "bytes=0-0")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content", "Range", "bytes=0-9", "If-Range", tag);
        assertThat(response.statusCode()).isEqualTo(206);
    }

    @Test
    void aClientThatGoesAwayLeavesNothingHeld() throws Exception {
        // Given
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/images/disk/content HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(1000)).hasSize(1000);
            // When it closes in the middle
        }
        // Then
        await().atMost(Duration.ofSeconds(20)).until(this::nothingIsHeld);
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        // Given: far more than the sockets between us hold
        assertThat(client.send(client.request("/v1/images/large/content?format=raw&compression=none&size=1G")
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[] {1})))
                        .statusCode())
                .isEqualTo(201);
        // When
        try (Socket socket = new Socket(agent.getHost(), agent.getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/images/large/content HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(20)).until(() -> client.gauge(RUNNING) == 1);
            // Then
            await().atMost(Duration.ofSeconds(60)).until(() -> client.gauge(RUNNING) == 0);
        }
        assertThat(client.delete("/v1/images/large").statusCode()).isEqualTo(204);
    }

    @Test
    void theManifestHasALeafForEachChunkWithData() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/manifest");
        // Then
        var json = AgentClient.json(response);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(json.get("lengthBytes").asLong()).isEqualTo(stored.length);
        assertThat(json.get("chunkSizeBytes").asInt()).isEqualTo(MIB);
        assertThat(json.get("leaves"))
                .extracting(leaf -> leaf.get("chunk").asInt())
                .containsExactly(0, 1, 2, 6);
        for (var leaf : json.get("leaves")) {
            int from = leaf.get("chunk").asInt() * MIB;
            byte[] chunk = Arrays.copyOfRange(stored, from, Math.min(from + MIB, stored.length));
            CRC32C crc32c = new CRC32C();
            crc32c.update(chunk);
            assertThat(leaf.get("sha256").asText()).isEqualTo(HexFormat.of().formatHex(sha256(chunk)));
            assertThat(leaf.get("crc32c").asText()).isEqualTo(HexFormat.of().toHexDigits((int) crc32c.getValue()));
        }
    }

    private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void theBinaryManifestIsTheSame() throws Exception {
        // When
        Manifest manifest = binaryManifest();
        // Then
        var json = AgentClient.json(client.get("/v1/images/disk/manifest"));
        assertThat(json.get("contentDigest").asText())
                .isEqualTo(manifest.contentDigest().toString());
        assertThat(json.get("leaves")).hasSize(manifest.leaves().count());
        json.get("leaves").forEach(leaf -> {
            var expected = manifest.leaves().find(leaf.get("chunk").asLong()).orElseThrow();
            assertThat(leaf.get("sha256").asText()).isEqualTo(HexFormat.of().formatHex(expected.sha256()));
            assertThat(leaf.get("crc32c").asText()).isEqualTo(HexFormat.of().toHexDigits(expected.crc32c()));
        });
    }

    @Test
    void theClustersAreTheSnapshots() throws Exception {
        // When
        var json = AgentClient.json(client.get("/v1/images/disk/clusters"));
        // Then
        assertThat(json.get("clusterSizeBytes").asInt()).isEqualTo(64 << 10);
        assertThat(json.get("totalClusters").asLong()).isEqualTo(97);
        ClusterMap.Builder map = ClusterMap.builder();
        json.get("allocated")
                .forEach(run -> map.add(run.get(0).asLong(), run.get(1).asLong()));
        assertThat(map.build().runs()).hasSize(2);
        assertThat(map.build().count()).isEqualTo(33);
        assertThat(List.of(
                        map.build().contains(8),
                        map.build().contains(96),
                        map.build().contains(7)))
                .containsExactly(true, true, false);
    }
}
