// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.api.SlowUpload;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDecoder;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.ResourceName;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What requests leave in the pool and hand out of it, seen from inside. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class StoredImageTest {
    @TestHTTPResource
    URI agent;

    @Inject
    ImageCatalog catalog;

    @Inject
    ManifestStore manifests;

    @Inject
    StorageEngine engine;

    private AgentClient client;

    @BeforeEach
    void upload() throws Exception {
        client = new AgentClient(agent);
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        assertThat(client.upload("disk", bytes).statusCode()).isEqualTo(201);
    }

    @AfterEach
    void nothingIsLeftInTheEnd() throws Exception {
        assertThat(client.delete("/v1/images/disk").statusCode()).isEqualTo(204);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void theManifestIsTheStoredOne() throws Exception {
        // Given
        Manifest stored = manifests.read(catalog.get(ResourceName.parse("disk")).id());
        // When
        HttpResponse<byte[]> response =
                client.get("/v1/images/disk/manifest", "Accept", "application/vnd.scrubjay.manifest");
        // Then
        ManifestDecoder decoder = new ManifestDecoder();
        decoder.decode(ByteBuffer.wrap(response.body()));
        assertThat(decoder.finish()).isEqualTo(stored);
        assertThat(client.get("/v1/images/disk/content").headers().firstValue("ETag"))
                .hasValue('"' + stored.contentDigest().toString() + '"');
    }

    /** Half of it has come: its head is there, though nothing shows it from outside. */
    @Test
    void aCancelledIngestLeavesNoVolume() throws Exception {
        // Given
        int before = engine.list().size();
        try (SlowUpload upload = new SlowUpload(agent, "half", 8 << 20)) {
            upload.send(new byte[4 << 20]);
            await().atMost(Duration.ofSeconds(20)).until(() -> engine.list().size() > before);
            // When
            assertThat(client.delete("/v1/images/half").statusCode()).isEqualTo(204);
            // Then
            assertThat(engine.list()).hasSize(before);
        }
    }
}
