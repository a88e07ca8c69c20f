// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A pool that is full, before an upload or because of it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PoolFullIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(PoolFullIT.class);

    private static final int MIB = 1 << 20;
    private static final int POOL_MIB = 64;

    private final long seed = TestChoice.seed(PoolFullIT.class);

    @ParameterizedTest
    @EnumSource(SmallDisk.Kind.class)
    void uploadThatDoesNotFitLeavesNothing(SmallDisk.Kind kind) throws IOException {
        // Given
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, kind, POOL_MIB);
        assumeThat(disk)
                .as("cannot mount a small file system: run the tests as root")
                .isPresent();
        AgentProcess agent = WORKSPACE
                .agent("full-" + kind)
                .withPool(disk.orElseThrow().directory("pool"))
                .start();
        ImageClient images = agent.images();
        Path small = SparseFile.writeDense(WORKSPACE.fresh("small"), seed, 10 * MIB);
        Path large = SparseFile.writeDense(WORKSPACE.fresh("large"), seed + 1, (POOL_MIB + 8L) * MIB);
        JsonNode kept = images.upload("kept", small);

        // When
        CurlAnswer first = images.content("large").sending(large).run();
        CurlAnswer second = images.content("large")
                .with("-H", "Transfer-Encoding: chunked", "-H", "Expect:")
                .sending(large)
                .run();

        // Then
        first.requireProblem(507, "pool-full");
        second.requireProblem(507, "pool-full");
        agent.pool().requireOnly(List.of(kept));
        assertThat(images.get("large").path("error").path("code").asText()).isEqualTo("pool-full");
        JsonNode fits = images.upload("large", small);
        assertThat(Files.mismatch(small, images.download("large"))).isEqualTo(-1);
        agent.pool().requireOnly(List.of(kept, fits));
        agent.terminate();
    }

    @ParameterizedTest
    @EnumSource(SmallDisk.Kind.class)
    void fullPoolRefusesBeforeTheBodyAndStillDeletes(SmallDisk.Kind kind) throws IOException {
        // Given
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, kind, POOL_MIB);
        assumeThat(disk)
                .as("cannot mount a small file system: run the tests as root")
                .isPresent();
        AgentSetup setup =
                WORKSPACE.agent("filled-" + kind).withPool(disk.orElseThrow().directory("pool"));
        AgentProcess agent = setup.start();
        Path file = SparseFile.writeDense(WORKSPACE.fresh("file"), seed, 8 * MIB);
        JsonNode kept = agent.images().upload("kept", file);
        Path ballast = disk.orElseThrow().fillLeaving(512 << 10);

        // When
        CurlAnswer refused = agent.images()
                .content("late")
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(file)
                .run();

        // Then
        refused.requireProblem(507, "pool-full");
        assertThat(refused.sentBytes()).as("sent of the body").isZero();
        assertThat(agent.readiness()).as("readiness of a full pool").isEqualTo(503);
        agent.pool().requireOnly(List.of(kept));
        assertThat(Files.mismatch(file, agent.images().download("kept"))).isEqualTo(-1);
        agent.images().delete("kept").require(204);
        agent.pool().requireOnlyVolumes(Set.of());
        Files.delete(ballast);
        assertThat(agent.readiness()).as("readiness when there is room again").isEqualTo(200);
        agent.images().upload("late", file);
        agent.terminate();
    }
}
