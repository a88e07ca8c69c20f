// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** As many uploads at once as may run, in the memory an agent is given by default. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ManyUploadsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(ManyUploadsIT.class);

    private static final int UPLOADS = 8;
    private static final long LENGTH_BYTES = 48L << 20;

    @Test
    void uploadsAtOnceAllBecomeReady() throws IOException {
        // Given
        long seed = TestChoice.seed(ManyUploadsIT.class);
        AgentProcess agent = WORKSPACE.agent("agent").asInTheImages().start();
        ImageClient images = agent.images();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            files.add(SparseFile.write(
                    WORKSPACE.file("file-" + i), seed + i, LENGTH_BYTES * TestChoice.scale() + i * 4097L));
        }

        // When
        List<CurlRun> uploads = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            uploads.add(images.content("many-" + i).sending(files.get(i)).start());
        }
        List<JsonNode> ready = uploads.stream()
                .map(CurlRun::await)
                .map(ImageClient::requireReady)
                .toList();
        List<CurlRun> downloads = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            downloads.add(images.content("many-" + i).start());
        }
        List<CurlAnswer> contents = downloads.stream().map(CurlRun::await).toList();

        // Then
        System.out.printf(
                "%d uploads and downloads of %d MiB at once: at most %d MiB resident%n",
                UPLOADS, (LENGTH_BYTES * TestChoice.scale()) >> 20, agent.residentBytesMax() >> 20);
        for (int i = 0; i < UPLOADS; i++) {
            assertThat(ready.get(i).path("contentDigest").asText())
                    .as("content of image %d", i)
                    .isEqualTo(NaiveImage.of(files.get(i)).contentDigest());
            assertThat(Files.mismatch(files.get(i), contents.get(i).require(200).body()))
                    .as("the first byte of image %d that differs", i)
                    .isEqualTo(-1);
        }
        agent.pool().requireOnly(ready);
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }
}
