// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    void whatCannotBeReadIsShownUntilItCanBe() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("unreadable");
        AgentProcess first = setup.start();
        JsonNode image = first.images().upload("broken", file);
        JsonNode before = first.images().get("broken");
        first.images().upload("kept", file);
        first.terminate();
        Path data = setup.files().data(image);
        Path aside = Files.move(data, WORKSPACE.file("aside"));

        // When
        AgentProcess second = setup.start();

        // Then
        assertThat(unreadable(second)).singleElement().satisfies(unknown -> {
            assertThat(unknown.path("path").asText())
                    .isEqualTo("volumes/" + data.getParent().getFileName());
            assertThat(unknown.path("errno").asInt()).isEqualTo(2);
            assertThat(unknown.path("reason").asText()).contains("'data'");
        });
        awaitUnreadable(second, 1);
        assertThat(second.images().get("broken").at("/error/code").asText()).isEqualTo("unreadable");
        assertThat(second.images().get("kept").path("state").asText()).isEqualTo("ready");
        second.images().content("broken").run().requireProblem(409, "image-quarantined");
        second.curl("/v1/volumes")
                .with("-H", "Content-Type: application/json", "-d", "{\"name\":\"clone\",\"fromImage\":\"broken\"}")
                .run()
                .requireProblem(409, "image-quarantined");
        second.terminate();

        // And when the file is back
        Files.move(aside, data);
        AgentProcess third = setup.start();
        assertThat(unreadable(third)).isEmpty();
        awaitUnreadable(third, 0);
        assertThat(third.images().get("broken")).isEqualTo(before);
        assertThat(Files.mismatch(file, third.images().download("broken"))).isEqualTo(-1);
        third.terminate();
    }

    private static JsonNode unreadable(AgentProcess agent) {
        JsonNode unreadable = agent.curl("/v1/pool").run().require(200).json().path("unreadable");
        assertThat(unreadable.isArray()).isTrue();
        return unreadable;
    }

    private static void awaitUnreadable(AgentProcess agent, int count) {
        URI metrics = agent.management().resolve("/q/metrics");
        Awaitility.await("scrubjay_pool_unreadable " + count)
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    HttpRequest scrape = HttpRequest.newBuilder(metrics).build();
                    return HttpClient.newHttpClient()
                            .send(scrape, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .lines()
                            .anyMatch(("scrubjay_pool_unreadable " + count + ".0")::equals);
                });
    }
}
