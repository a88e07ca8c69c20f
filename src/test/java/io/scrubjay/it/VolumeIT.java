// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Over the file engine, whose bytes can be reached behind the agent's back. */
class VolumeIT extends VolumeScenarios {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(VolumeIT.class);

    private static final int MIB = 1 << 20;

    @Override
    Workspace workspace() {
        return WORKSPACE;
    }

    @Override
    AgentSetup setup(String name) {
        return WORKSPACE.agent(name);
    }

    @Test
    void aSnapshotThatRotsIsFoundAndNeitherServedNorCloned() throws IOException {
        // Given
        AgentSetup setup = setup("rotten");
        AgentProcess first = setup.start();
        create(first, "{\"name\":\"v\",\"sizeBytes\":" + 4 * MIB + "}");
        put(first, "v", 0, random(1, 4 * MIB)).require(204);
        JsonNode snapshot = post(first, "/v1/volumes/v/snapshots", "{\"name\":\"s\"}")
                .require(201)
                .json();
        first.terminate();
        Path data = setup.pool()
                .resolve("volumes")
                .resolve("snapshot-" + snapshot.path("id").asText().replace("-", ""))
                .resolve("data");
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, 2 * MIB + 99);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), 2 * MIB + 99);
        }

        // When
        AgentProcess second = setup.start();
        JsonNode run = post(second, "/v1/scrub/runs", "{\"target\":\"*\",\"level\":\"deep\"}")
                .require(202)
                .json();
        String path = "/v1/scrub/runs/" + run.path("id").asText();
        await().until(() -> get(second, path).path("state").asText().equals("finished"));

        // Then
        JsonNode findings = get(second, path).path("findings");
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).path("target").asText()).isEqualTo("snapshot/s");
        assertThat(findings.get(0).path("chunk").asLong()).isEqualTo(2);
        assertThat(get(second, "/v1/snapshots/s").path("state").asText()).isEqualTo("quarantined");
        second.curl("/v1/snapshots/s/content").run().requireProblem(409, "image-quarantined");
        post(second, "/v1/volumes", "{\"name\":\"c\",\"fromSnapshot\":\"s\"}").requireProblem(409, "image-quarantined");
        second.terminate();
        AgentProcess third = setup.start();
        assertThat(get(third, "/v1/snapshots/s").path("state").asText()).isEqualTo("quarantined");
        delete(third, "/v1/snapshots/s");
        third.terminate();
    }
}
