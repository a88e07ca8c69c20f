// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Bytes that rotted in the pool, under a client that downloads them. */
@QuarkusTest
@TestProfile(SuspectDownloadTest.FilePoolProfile.class)
class SuspectDownloadTest {
    /** The whole agent over a pool directory of its own. */
    public static class FilePoolProfile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String directory = "target/test-agent-" + UUID.randomUUID();
            return Map.of("scrubjay.pool.path", directory + "/pool", "scrubjay.state.path", directory + "/state");
        }
    }

    @TestHTTPResource
    URI agent;

    @Inject
    ImageCatalog catalog;

    @Inject
    ContentReaders readers;

    @ConfigProperty(name = "scrubjay.pool.path")
    Path pool;

    @ParameterizedTest
    @ValueSource(strings = {"format=raw", "format=qcow2", "format=qcow2&compression=zstd"})
    void theDownloadIsCutBeforeTheDamageAndTheImageScrubbed(String form) throws Exception {
        // Given
        AgentClient client = new AgentClient(agent);
        byte[] stored = new byte[8 * ChunkGrid.CHUNK_BYTES];
        new Random(1).nextBytes(stored);
        assertThat(client.upload("disk", stored).statusCode()).isEqualTo(201);
        Image image = catalog.get(ResourceName.parse("disk"));
        flipByte(image, 5L * ChunkGrid.CHUNK_BYTES + 4321);
        // When
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.get("/v1/images/disk/content?" + form));
        // Then
        await().atMost(Duration.ofSeconds(60)).until(() -> image.state() instanceof ImageState.Quarantined);
        await().atMost(Duration.ofSeconds(20)).until(() -> readers.runningCount() == 0 && readers.windowsInUse() == 0);
        assertThat(client.get("/v1/images/disk/content").statusCode()).isEqualTo(409);
        assertThat(client.delete("/v1/images/disk").statusCode()).isEqualTo(204);
    }

    /** Nothing has gone out yet: the client is told, and not cut off without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"format=raw", "format=qcow2", "format=qcow2&compression=zstd"})
    void damageAtTheBeginningIsAProblem(String form) throws Exception {
        // Given
        AgentClient client = new AgentClient(agent);
        byte[] stored = new byte[2 * ChunkGrid.CHUNK_BYTES];
        new Random(2).nextBytes(stored);
        assertThat(client.upload("begin", stored).statusCode()).isEqualTo(201);
        Image image = catalog.get(ResourceName.parse("begin"));
        flipByte(image, 4321);
        // When
        HttpResponse<byte[]> answer = client.get("/v1/images/begin/content?" + form);
        // Then
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"code\":\"not-proven\"");
        await().atMost(Duration.ofSeconds(60)).until(() -> image.state() instanceof ImageState.Quarantined);
        assertThat(client.delete("/v1/images/begin").statusCode()).isEqualTo(204);
    }

    private void flipByte(Image image, long offset) throws IOException {
        Path data = pool.resolve("volumes")
                .resolve(PoolName.snapshot(image.id()).value())
                .resolve("data");
        assertThat(data.toFile().setWritable(true)).isTrue();
        try (FileChannel file = FileChannel.open(data, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            file.write(one, offset);
            file.force(true);
        }
    }
}
