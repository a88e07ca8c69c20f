// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** {@link KillIT} on an SPDK pool, whose free clusters have to be cleared after a kill. */
@NeedsSpdk
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SpdkKillIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkKillIT.class);

    private static final int ROUNDS = 6;
    private static final int CLUSTERS = 256;

    @Test
    void acknowledgedOutlivesKillAndFreeClustersAreCleared() throws Exception {
        // Given
        Path directory = Files.createDirectories(WORKSPACE.file("pool"));
        AgentSetup setup = WORKSPACE.agent("spdk").onDevice(TestDevice.make(directory, CLUSTERS));
        KillLane lane = new KillLane(setup, TestChoice.seed(SpdkKillIT.class));

        // When
        lane.run(ROUNDS * TestChoice.scale());
        AgentProcess agent = setup.start();
        agent.kill9();
        AgentProcess last = setup.start();

        // Then
        assertThat(last.log()).contains("not closed cleanly");
        Awaitility.await("clearing").atMost(Duration.ofMinutes(1)).until(() -> pool(last, "unclearedClusters") == 0);
        last.images()
                .list()
                .forEach(image ->
                        last.images().delete(image.path("name").asText()).require(204));
        // One is the agent's own while it runs, which proves that the pool takes writes.
        assertThat(pool(last, "freeClusters")).isEqualTo(pool(last, "totalClusters") - 1);
        last.terminate();
        AgentProcess clean = setup.start();
        assertThat(clean.log()).doesNotContain("not closed cleanly");
        clean.terminate();
        lane.print();
    }

    private static long pool(AgentProcess agent, String field) {
        return agent.curl("/v1/pool").run().require(200).json().path(field).asLong(-1);
    }
}
