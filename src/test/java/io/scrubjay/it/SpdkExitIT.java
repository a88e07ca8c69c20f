// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** How a process with SPDK in it ends: its thread, taken down in the middle of its work, would crash the process. */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SpdkExitIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkExitIT.class);

    private static final int ROUNDS = 3;
    private static final int CLUSTERS = 32;
    private static final int MIB = 1 << 20;
    private static final String NOT_IN_ORDER = "not closed cleanly";

    private static Path device(String name) throws IOException {
        return TestDevice.make(Files.createDirectories(WORKSPACE.file(name)), CLUSTERS);
    }

    @Test
    void terminatedAgentEndsInGoodOrder() throws IOException {
        AgentSetup setup = WORKSPACE.agent("terminated").onDevice(device("terminated"));
        Path file = SparseFile.write(WORKSPACE.file("image"), TestChoice.seed(SpdkExitIT.class), 3 * MIB);
        for (int round = 0; round < ROUNDS * TestChoice.scale(); round++) {
            AgentProcess agent = setup.start();
            agent.images().upload("image", file);
            agent.images().delete("image").require(204);

            agent.terminate();

            assertThat(agent.log()).doesNotContain(NOT_IN_ORDER);
            assertThat(agent.errors()).isEmpty();
        }
    }

    @Test
    void interruptedAgentEndsInGoodOrder() throws IOException {
        AgentSetup setup = WORKSPACE.agent("interrupted").onDevice(device("interrupted"));
        for (int round = 0; round < ROUNDS * TestChoice.scale(); round++) {
            AgentProcess agent = setup.start();
            assumeThat(agent.hearsInterrupts())
                    .as("SIGINT is ignored: run the tests in a shell's foreground")
                    .isTrue();

            agent.interrupt();

            assertThat(agent.log()).doesNotContain(NOT_IN_ORDER);
            assertThat(agent.errors()).isEmpty();
        }
    }
}
