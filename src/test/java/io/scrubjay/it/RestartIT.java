// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** What lasts beyond an agent's end, and how it ends. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RestartIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(RestartIT.class);

    private static final int MIB = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file =
            SparseFile.write(WORKSPACE.fresh("file"), TestChoice.seed(RestartIT.class), 9 * MIB + 12_345);

    @Test
    void imagesOutliveTheAgentAndItsState() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("restarted");
        AgentProcess first = setup.start();
        first.images().upload("kept", file);
        JsonNode image = first.images().get("kept");
        first.terminate();

        // When
        AgentProcess second = setup.start();
        JsonNode restarted = second.images().get("kept");
        second.terminate();
        Command.run("rm", "-r", setup.state().toString());
        AgentProcess third = setup.start();

        // Then
        assertThat(restarted).isEqualTo(image);
        assertThat(third.images().get("kept")).isEqualTo(image);
        assertThat(Files.mismatch(file, third.images().download("kept"))).isEqualTo(-1);
        third.pool().requireOnly(List.of(image));
        third.images().delete("kept").require(204);
        third.pool().requireOnly(List.of());
        third.terminate();
    }

    @Test
    void linesOfTheLogCanBeJson() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("json").with("quarkus.log.console.json.enabled", "true");

        // When
        AgentProcess agent = setup.start();
        agent.images().upload("logged", file);
        agent.terminate();

        // Then
        List<String> events = new ArrayList<>();
        for (String line :
                agent.log().lines().filter(line -> line.startsWith("{")).toList()) {
            JsonNode event = JSON.readTree(line).at("/mdc/event");
            if (event.isTextual()) {
                events.add(event.asText());
            }
        }
        assertThat(events).contains("pool-opened", "image-ready");
    }

    /** Damage that only reading the bytes would show is not found by starting. */
    @Test
    void startDoesNotReadTheImagesAgain() {
        // Given
        AgentSetup setup = WORKSPACE.agent("unread");
        AgentProcess first = setup.start();
        JsonNode image = first.images().upload("unread", file);
        first.terminate();
        Damage.flip(setup.files().data(image), 0);

        // When
        AgentProcess second = setup.start();

        // Then
        assertThat(second.images().get("unread").path("state").asText()).isEqualTo("ready");
        second.terminate();
    }

    @Test
    void secondAgentOnAPoolRefusesToStart() {
        // Given
        AgentSetup setup = WORKSPACE.agent("owned");
        AgentProcess owner = setup.start();
        owner.images().upload("owned", file);

        // When
        AgentProcess intruder = setup.launch();
        int status = intruder.awaitEnd();

        // Then
        assertThat(status).isNotZero();
        assertThat(intruder.log()).contains("is in use by process " + owner.pid());
        assertThat(owner.images().get("owned").path("state").asText()).isEqualTo("ready");
        owner.terminate();
    }

    @Test
    void directoryThatIsNoPoolIsLeftAlone() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("foreign");
        Path precious = Files.createDirectories(setup.pool()).resolve("thesis.txt");
        Files.writeString(precious, "all of it");

        // When
        AgentProcess agent = setup.launch();
        int status = agent.awaitEnd();

        // Then
        assertThat(status).isNotZero();
        assertThat(agent.log()).contains("is no pool, and it is not empty");
        assertThat(setup.pool()).isDirectoryContaining(precious::equals);
        assertThat(precious).hasContent("all of it");
    }
}
