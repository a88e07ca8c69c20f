// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Over the file engine. */
class VolumeImageIT extends VolumeImageScenarios {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(VolumeImageIT.class);

    private static final Path QEMU_IMG = Path.of("/usr/bin/qemu-img");

    @Override
    Workspace workspace() {
        return WORKSPACE;
    }

    @Override
    AgentSetup setup(String name) {
        return WORKSPACE.agent(name);
    }

    @Test
    void qemuReadsTheQcow2FileOfAnImageOfAVolume() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(QEMU_IMG), "skipped: no qemu-img; install qemu-utils");
        // Given
        AgentProcess agent = setup("exported").start();
        fill(agent, 12);
        order(agent, "of-volume", Kind.VOLUME).run().require(202);
        agent.images().awaitState("of-volume", "ready");
        Path raw = VolumeScenarios.content(agent, Kind.VOLUME.path());
        for (String compression : List.of("none", "zstd")) {
            // When
            Path file = agent.images()
                    .content("of-volume", "format=qcow2&compression=" + compression)
                    .run()
                    .require(200)
                    .body();
            // Then
            assertThat(Command.run(QEMU_IMG.toString(), "check", "-f", "qcow2", file.toString()))
                    .contains("No errors were found");
            assertThat(Command.run(
                            QEMU_IMG.toString(),
                            "compare",
                            "-f",
                            "raw",
                            "-F",
                            "qcow2",
                            raw.toString(),
                            file.toString()))
                    .contains("Images are identical");
        }
        agent.terminate();
    }
}
