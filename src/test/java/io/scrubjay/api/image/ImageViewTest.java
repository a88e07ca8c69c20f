// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

class ImageViewTest {
    private static final Instant T0 = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Digest SOURCE = Digest.parse("sha-256:" + "ab".repeat(32));
    private static final Digest CONTENT = Digest.parse("scrubjay1:" + "cd".repeat(32));
    private static final ManifestHeader HEADER = new ManifestHeader(
            Manifest.FORMAT_VERSION,
            ImageId.parse("00000000-0000-4000-8000-000000000001"),
            ResourceName.parse("disk"),
            3 << 20,
            new Upload("raw", "none", 3 << 20, SOURCE, Optional.of(SOURCE)),
            new Footprint(ClusterSize.parse("64K"), 5, 1 << 20),
            CONTENT,
            T0,
            T0.plusSeconds(1));
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** What a manifest says of an image that was sealed then. */
    static ManifestHeader sealedAt(Instant at) {
        return new ManifestHeader(
                HEADER.formatVersion(),
                HEADER.id(),
                HEADER.name(),
                HEADER.lengthBytes(),
                HEADER.origin(),
                HEADER.footprint(),
                HEADER.contentDigest(),
                at,
                at);
    }

    private static JsonNode json(Image image) {
        return JSON.valueToTree(ImageView.of(image));
    }

    private static Image ready() {
        return Image.committed(HEADER, new ImageState.Ready(HEADER));
    }

    @Test
    void aReadyImageSaysEverything() {
        // Given
        Image image = ready();
        image.scrubbed(new LastScrub(ScrubLevel.DEEP, T0.plusSeconds(2), true));
        // When
        JsonNode json = json(image);
        // Then
        assertThat(json.toString())
                .isEqualTo(
                        "{\"name\":\"disk\",\"id\":\"00000000-0000-4000-8000-000000000001\",\"state\":\"ready\","
                                + "\"format\":\"raw\",\"compression\":\"none\",\"source\":null,"
                                + "\"virtualSizeBytes\":3145728,"
                                + "\"receivedBytes\":3145728,\"spooledBytes\":0,\"expectedBytes\":3145728,"
                                + "\"progress\":1.0,"
                                + "\"sourceDigest\":\"" + SOURCE + "\",\"expectedDigest\":\"" + SOURCE + "\","
                                + "\"contentDigest\":\"" + CONTENT
                                + "\",\"clusterSizeBytes\":65536,\"totalClusters\":48,"
                                + "\"allocatedClusters\":5,\"zeroBytesSkipped\":1048576,"
                                + "\"verified\":{\"stream\":\"" + CONTENT + "\",\"closed\":\"" + CONTENT
                                + "\",\"snapshot\":\""
                                + CONTENT + "\"},\"createdAt\":\"2026-01-02T03:04:05.678Z\","
                                + "\"readyAt\":\"2026-01-02T03:04:06.678Z\",\"lastScrub\":{\"level\":\"deep\","
                                + "\"finishedAt\":\"2026-01-02T03:04:07.678Z\",\"result\":\"intact\"},\"error\":null,\"export\":null}");
    }

    @Test
    void allFieldsAreThereFromTheStart() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.empty(), Optional.empty());
        // When
        JsonNode json = json(image);
        // Then
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(() -> json(ready()).fieldNames());
        assertThat(json.get("state").asText()).isEqualTo("pending");
        for (String unknown : List.of("expectedBytes", "progress", "sourceDigest", "contentDigest", "error")) {
            assertThat(json.get(unknown).isNull()).as(unknown).isTrue();
        }
        assertThat(json.get("verified").get("stream").isNull()).isTrue();
    }

    @Test
    void progressIsTheShareThatHasCome() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.of(200), Optional.empty());
        image.move(ImageState.Pending.class, ImageState.Pending::receiving);
        // When
        image.received(50);
        // Then
        assertThat(json(image).get("progress").asDouble()).isEqualTo(0.25);
        assertThat(json(image).get("receivedBytes").asLong()).isEqualTo(50);
    }

    @Test
    void bytesThatWereKeptInThePoolAreCounted() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.of(200), Optional.empty());
        // When
        image.spooled(70);
        // Then
        assertThat(json(image).get("spooledBytes").asLong()).isEqualTo(70);
    }

    @Test
    void aFailedUploadMakesNoProgress() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.of(200), Optional.empty());
        image.move(ImageState.Pending.class, ImageState.Pending::receiving);
        image.received(200);
        // When
        image.move(
                ImageState.Unfinished.class,
                receiving -> receiving.failed(Refusal.DIGEST_MISMATCH, "another digest was expected", T0));
        // Then
        assertThat(json(image).get("progress").isNull()).isTrue();
        assertThat(json(image).get("receivedBytes").asLong()).isEqualTo(200);
    }

    @Test
    void whileSealingTheDigestsAppearOneByOne() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.empty(), Optional.empty());
        image.move(ImageState.Pending.class, ImageState.Pending::receiving);
        // When
        image.move(ImageState.Receiving.class, receiving -> receiving.sealing(SOURCE, CONTENT));
        // Then
        JsonNode json = json(image);
        assertThat(json.get("sourceDigest").asText()).isEqualTo(SOURCE.toString());
        assertThat(json.get("verified").get("stream").asText()).isEqualTo(CONTENT.toString());
        assertThat(json.get("verified").get("closed").isNull()).isTrue();
    }

    @Test
    void aFailureSaysWhy() {
        // Given
        Image image = Image.pending(ResourceName.parse("new"), T0, OptionalLong.empty(), Optional.empty());
        // When
        image.move(ImageState.Pending.class, state -> state.failed(Refusal.DIGEST_MISMATCH, "not that", T0));
        // Then
        assertThat(json(image).get("state").asText()).isEqualTo("failed");
        assertThat(json(image).get("error").toString())
                .isEqualTo("{\"code\":\"digest-mismatch\",\"message\":\"not that\"}");
    }

    @Test
    void aQuarantinedImageSaysWhyAndWhatItWas() {
        // Given
        Image image = ready();
        // When
        image.move(ImageState.Ready.class, state -> state.quarantined("scrub-finding", "chunk 3", T0));
        // Then
        assertThat(json(image).get("error").get("code").asText()).isEqualTo("scrub-finding");
        assertThat(json(image).get("contentDigest").asText()).isEqualTo(CONTENT.toString());
    }

    /** What only its manifest says is unknown while that cannot be read, and no zero, nor the time of the start. */
    @Test
    void anImageWithoutAManifestSaysNothingThatItDoesNotKnow() {
        // Given
        ImageState.Quarantined state =
                new ImageState.Quarantined(Optional.empty(), "manifest-damaged", "byte 40", T0.plusSeconds(60));
        // When
        JsonNode json = json(Image.unnamed(ImageKind.IMAGE, HEADER.id(), state));
        JsonNode snapshot = JSON.valueToTree(
                SnapshotView.of(Image.unnamed(ImageKind.SNAPSHOT, HEADER.id(), state), new ImageCatalog()));
        // Then
        for (String unknown :
                List.of("createdAt", "readyAt", "receivedBytes", "virtualSizeBytes", "allocatedClusters")) {
            assertThat(json.get(unknown).isNull()).as(unknown).isTrue();
        }
        assertThat(snapshot.get("createdAt").isNull()).isTrue();
    }

    @Test
    void anImageWhoseNameIsTakenWasMadeWhenItsManifestSays() {
        // Given
        Image image = Image.unnamed(
                ImageKind.IMAGE,
                HEADER.id(),
                new ImageState.Quarantined(
                        Optional.of(HEADER), "name-taken", "a younger one has it", T0.plusSeconds(60)));
        // Then
        assertThat(json(image).get("createdAt").asText()).isEqualTo(T0.toString());
        assertThat(json(image).get("receivedBytes").asLong()).isEqualTo(3 << 20);
    }
}
