// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Uploads that end before their time. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UploadCutIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(UploadCutIT.class);

    private static final int MIB = 1 << 20;

    private static AgentProcess agent;
    private static ImageClient images;
    private static Path file;

    @BeforeAll
    static void start() {
        agent = WORKSPACE
                .agent("agent")
                .with("scrubjay.ingest.idle-timeout", "5s")
                .with("io.netty.leakDetection.level", "paranoid")
                .start();
        images = agent.images();
        file = SparseFile.writeDense(WORKSPACE.file("file"), TestChoice.seed(UploadCutIT.class), 12 * MIB);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    /** Nothing of what was cut short is left, and its name can be used at once. */
    @AfterEach
    void nameIsFree() throws IOException {
        agent.pool().requireOnlyVolumes(Set.of());
        images.upload("cut", file);
        assertThat(Files.mismatch(file, images.download("cut"))).isEqualTo(-1);
        images.delete("cut").require(204);
        agent.pool().requireOnlyVolumes(Set.of());
    }

    private static void requireFailed(String code) {
        JsonNode image = images.awaitState("cut", "failed");
        assertThat(image.path("error").path("code").asText())
                .as("code of %s", image)
                .isEqualTo(code);
        assertThat(image.path("error").path("message").asText()).isNotBlank();
        images.content("cut").run().requireProblem(409, "image-not-ready");
    }

    @Test
    void connectionCutInTheMiddleFails() {
        // Given
        HeldUpload upload = HeldUpload.ofLength(images, "cut", 12 * MIB).send(file, 0, 5 * MIB + 100);

        // When
        upload.cut();

        // Then
        requireFailed("upload-cut");
    }

    @Test
    void connectionCutAmongChunksFails() {
        // Given
        HeldUpload upload = HeldUpload.chunked(images, "cut").send(file, 0, 5 * MIB);

        // When
        upload.cut();

        // Then
        requireFailed("upload-cut");
    }

    @Test
    void connectionCutBeforeTheFirstWindowFails() {
        // Given
        HeldUpload upload = HeldUpload.ofLength(images, "cut", 12 * MIB).send(file, 0, 100);

        // When
        upload.cut();

        // Then
        requireFailed("upload-cut");
    }

    @Test
    void senderThatFallsSilentFails() {
        // Given
        try (SilentUpload upload = SilentUpload.begin(images, "cut", "not much")) {
            // Then
            upload.requireProblem(408, "upload-idle");
            requireFailed("upload-idle");
        }
    }

    @Test
    void deleteCancelsAnUpload() {
        // Given
        try (SilentUpload upload = SilentUpload.begin(images, "cut", "not much")) {
            // When
            images.delete("cut").require(204);

            // Then
            upload.requireProblem(409, "cancelled");
            assertThat(images.find("cut")).isEmpty();
        }
    }

    @Test
    void manyCutsLeaveNoPlaceTaken() {
        // Given
        int more = 10;

        // When
        for (int i = 0; i < more; i++) {
            HeldUpload.chunked(images, "cut-" + i).send(file, 0, MIB).cut();
        }

        // Then
        List<JsonNode> failed = java.util.stream.IntStream.range(0, more)
                .mapToObj(i -> images.awaitState("cut-" + i, "failed"))
                .toList();
        assertThat(failed).hasSize(more);
    }
}
