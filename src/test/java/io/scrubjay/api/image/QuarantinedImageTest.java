// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.ResourceName;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client sees of an image in quarantine, which is put there as a scrub does it: with a marker in the pool first. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class QuarantinedImageTest {
    @TestHTTPResource
    URI agent;

    @Inject
    ImageCatalog catalog;

    @Inject
    ManifestStore manifests;

    private AgentClient client;

    @BeforeEach
    void quarantine() throws Exception {
        client = new AgentClient(agent);
        assertThat(client.upload("disk", new byte[] {1}).statusCode()).isEqualTo(201);
        Image image = catalog.get(ResourceName.parse("disk"));
        ManifestHeader header = ((ImageState.Ready) image.state()).header();
        manifests.quarantine(QuarantineMarker.of(header, "scrub-finding", "chunk 0", Instant.EPOCH, List.of()));
        image.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "chunk 0", Instant.EPOCH));
    }

    @AfterEach
    void empty() throws Exception {
        client.delete("/v1/images/disk");
        assertThat(client.usedBytes()).isZero();
    }

    @Test
    void itIsNotServedButItsManifestIs() throws Exception {
        // When
        HttpResponse<byte[]> response = client.get("/v1/images/disk/content");
        // Then
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(AgentClient.json(response).get("code").asText()).isEqualTo("image-quarantined");
        assertThat(client.get("/v1/images/disk/manifest").statusCode()).isEqualTo(200);
    }

    @Test
    void itsEventsEndWhenItIsDeleted() throws Exception {
        // Given
        var events = client.http()
                .sendAsync(client.request("/v1/images/disk/events").build(), BodyHandlers.ofInputStream())
                .get();
        byte[] first = events.body().readNBytes("data:{".length());
        // When
        assertThat(client.delete("/v1/images/disk").statusCode()).isEqualTo(204);
        // Then
        String all = new String(first, StandardCharsets.UTF_8)
                + new String(events.body().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(all.lines().filter(line -> line.startsWith("data:")))
                .satisfiesExactly(
                        was -> assertThat(was).contains("\"state\":\"quarantined\""),
                        is -> assertThat(is).contains("\"state\":\"deleted\""));
    }
}
