// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent that ends while it fetches: nothing of the image is left, and its name can be used at once. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FetchKillIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FetchKillIT.class);

    private static final int FILE_BYTES = 9 << 20;
    private static final long SEED = TestChoice.seed(FetchKillIT.class);

    private final Path file = SparseFile.writeDense(WORKSPACE.fresh("file"), SEED, FILE_BYTES);

    private static AgentSetup setup(String name) {
        return WORKSPACE.agent(name).with("scrubjay.url.allow", "127.0.0.1").with("scrubjay.shutdown.grace", "5s");
    }

    private static void order(AgentProcess agent, StallingSource source) {
        agent.curl("/v1/images")
                .with("-H", "Content-Type: application/json")
                .with("-H", "Expect:")
                .with(
                        "-d",
                        "{\"name\":\"fetched\",\"source\":{\"type\":\"url\",\"url\":\"" + source.url()
                                + "?signature=secret\",\"headers\":{\"Authorization\":\"Bearer secret\"}}}")
                .run()
                .require(202);
    }

    private void requireNothingLeft(AgentSetup setup, JsonNode kept, StallingSource source) throws IOException {
        AgentProcess next = setup.start();
        assertThat(next.images().list())
                .extracting(image -> image.path("name").asText())
                .containsExactly("kept");
        next.pool().requireOnly(List.of(kept));
        source.release();
        order(next, source);
        JsonNode fetched = next.images().awaitState("fetched", "ready");
        assertThat(Files.mismatch(file, next.images().download("fetched"))).isEqualTo(-1);
        next.pool().requireOnly(List.of(kept, fetched));
        assertThat(next.log()).doesNotContain("secret");
        next.terminate();
        assertThat(next.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FILE_BYTES / 2, FILE_BYTES - 1})
    void nothingIsLeftOfAFetchThatAKillEnds(int receivedBytes) throws IOException {
        // Given
        AgentSetup setup = setup("killed-" + receivedBytes);
        AgentProcess agent = setup.start();
        JsonNode kept = agent.images().upload("kept", file);
        try (StallingSource source = new StallingSource(file, receivedBytes)) {
            order(agent, source);
            agent.images().awaitReceived("fetched", receivedBytes);
            // When
            agent.kill9();
            // Then
            requireNothingLeft(setup, kept, source);
        }
    }

    @Test
    void aFetchThatIsUnderWayDoesNotKeepAnAgentFromEnding() throws IOException {
        // Given
        AgentSetup setup = setup("ended");
        AgentProcess agent = setup.start();
        JsonNode kept = agent.images().upload("kept", file);
        try (StallingSource source = new StallingSource(file, FILE_BYTES / 2)) {
            order(agent, source);
            agent.images().awaitReceived("fetched", FILE_BYTES / 2);
            // When
            agent.terminate();
            // Then
            assertThat(agent.errors()).isEmpty();
            assertThat(agent.log()).doesNotContain("secret");
            setup.files().requireOnly(List.of(kept));
            requireNothingLeft(setup, kept, source);
        }
    }
}
