// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Damage that outlives the agent, and damage below the page cache. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class QuarantineIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(QuarantineIT.class);

    private static final int MIB = 1 << 20;

    private Path file;

    @BeforeEach
    void write() {
        file = SparseFile.writeDense(WORKSPACE.fresh("file"), TestChoice.seed(QuarantineIT.class), 5 * MIB);
    }

    @Test
    void quarantineOutlivesTheAgentAndItsState() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("kept");
        AgentProcess first = setup.start();
        JsonNode flipped = first.images().upload("flipped", file);
        JsonNode manifest = first.images().upload("manifest", file);
        first.images().upload("intact", file);
        Damage.flip(setup.files().data(flipped), 3 * MIB + 5);
        Damage.flip(setup.files().manifest(manifest), 100);
        new Scrubs(first).run("*", "deep");
        JsonNode error = first.images().get("flipped").path("error");
        first.terminate();

        // When
        AgentProcess second = setup.start();
        requireAsBefore(second, error, manifest);
        second.terminate();
        Command.run("rm", "-r", setup.state().toString());
        AgentProcess third = setup.start();

        // Then
        requireAsBefore(third, error, manifest);
        third.images().delete("flipped").require(204);
        third.images().upload("flipped", file);
        assertThat(Files.mismatch(file, third.images().download("flipped"))).isEqualTo(-1);
        third.terminate();
    }

    private void requireAsBefore(AgentProcess agent, JsonNode error, JsonNode manifest) throws IOException {
        JsonNode flipped = agent.images().get("flipped");
        assertThat(flipped.path("state").asText()).isEqualTo("quarantined");
        assertThat(flipped.path("error")).isEqualTo(error);
        agent.images().content("flipped").run().requireProblem(409, "image-quarantined");
        List<JsonNode> others = agent.images().list().stream()
                .filter(image -> image.path("id").equals(manifest.path("id")))
                .toList();
        assertThat(others)
                .as("the image whose manifest is damaged")
                .extracting(image -> image.path("state").asText())
                .containsExactly("quarantined");
        assertThat(agent.images().get("intact").path("state").asText()).isEqualTo("ready");
        assertThat(Files.mismatch(file, agent.images().download("intact"))).isEqualTo(-1);
    }

    @Test
    void damageBetweenTwoRunsOfTheAgentIsSeenAtTheNextStart() {
        // Given
        AgentSetup setup = WORKSPACE.agent("gone");
        AgentProcess first = setup.start();
        JsonNode image = first.images().upload("gone", file);
        first.images().upload("intact", file);
        first.terminate();
        Command.run("rm", "-r", setup.files().data(image).getParent().toString());

        // When
        AgentProcess second = setup.start();

        // Then
        assertThat(second.images().get("gone").path("state").asText()).isEqualTo("quarantined");
        second.images().content("gone").run().requireProblem(409, "image-quarantined");
        assertThat(second.images().get("intact").path("state").asText()).isEqualTo("ready");
        second.terminate();
    }

    @ParameterizedTest
    @EnumSource(SmallDisk.Kind.class)
    void quarantineOnFullPoolOutlivesTheAgent(SmallDisk.Kind kind) throws IOException {
        // Given
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, kind, 64);
        assumeThat(disk)
                .as("cannot mount a small file system: run the tests as root")
                .isPresent();
        AgentSetup setup =
                WORKSPACE.agent("full-" + kind).withPool(disk.orElseThrow().directory("pool"));
        AgentProcess first = setup.start();
        JsonNode image = first.images().upload("flipped", file);
        Path ballast = disk.orElseThrow().fillUp();
        Damage.flip(setup.files().data(image), 3 * MIB + 5);
        new Scrubs(first).run("image/flipped", "deep");
        JsonNode error = first.images().get("flipped").path("error");
        first.kill9();

        // When
        AgentProcess second = setup.launch();
        // A full pool is not ready: an answer of the probe is enough.
        Awaitility.await("an answer")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> second.readiness() != 0);

        // Then
        JsonNode restored = second.images().get("flipped");
        assertThat(restored.path("state").asText()).isEqualTo("quarantined");
        assertThat(restored.path("error")).isEqualTo(error);
        second.images().content("flipped").run().requireProblem(409, "image-quarantined");
        Files.delete(ballast);
        second.images().delete("flipped").require(204);
        second.pool().requireOnlyVolumes(Set.of());
        second.terminate();
    }

    /** The page cache goes on answering with the good bytes; a scrub must not believe it. */
    @Test
    void damageOfTheMediumBelowThePageCacheIsFound() throws IOException {
        // Given
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, SmallDisk.Kind.EXT4_ON_LOOP, 64);
        assumeThat(disk).as("cannot mount a loop device: run the tests as root").isPresent();
        AgentProcess agent = WORKSPACE
                .agent("below")
                .withPool(disk.orElseThrow().directory("pool"))
                .start();
        JsonNode image = agent.images().upload("below", file);
        Path data = agent.pool().data(image);
        assertThat(Files.mismatch(file, data)).as("cached, and the same").isEqualTo(-1);
        long place = disk.orElseThrow().placeOnMedium(data, 2 * MIB + 8192);
        Damage.flip(disk.orElseThrow().medium(), place);
        assertThat(Files.mismatch(file, data))
                .as("the cache still has the good bytes")
                .isEqualTo(-1);

        // When
        JsonNode run = new Scrubs(agent).run("image/below", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/below")).containsExactly(2L);
        assertThat(agent.images().get("below").path("state").asText()).isEqualTo("quarantined");
        agent.terminate();
    }
}
