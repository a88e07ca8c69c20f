// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
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

/** What lasts on a device, and which devices an agent leaves alone. */
@NeedsSpdk
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SpdkRestartIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkRestartIT.class);

    private static final int MIB = 1 << 20;

    private final Path file =
            SparseFile.write(WORKSPACE.fresh("file"), TestChoice.seed(SpdkRestartIT.class), 9 * MIB + 12_345);

    private static Path device(String name) throws IOException {
        return TestDevice.make(Files.createDirectories(WORKSPACE.file(name)), 64);
    }

    @Test
    void imagesOutliveTheAgentAndASecondAgentRefusesToStart() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("owner").onDevice(device("owned"));
        AgentProcess first = setup.start();
        first.images().upload("kept", file);
        JsonNode image = first.images().get("kept");

        // When
        AgentProcess intruder = setup.launch();
        int status = intruder.awaitEnd();
        first.terminate();
        AgentProcess second = setup.start();

        // Then
        assertThat(status).isNotZero();
        assertThat(intruder.log()).contains("is in use by another agent");
        assertThat(second.images().get("kept")).isEqualTo(image);
        assertThat(Files.mismatch(file, second.images().download("kept"))).isEqualTo(-1);
        second.terminate();
    }

    @Test
    void terminationDuringAnUploadLeavesNothingOfIt() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("terminated").onDevice(device("terminated"));
        AgentProcess first = setup.start();
        HeldUpload upload = HeldUpload.chunked(first.images(), "begun").send(file, 0, 5 * MIB);

        // When
        first.terminate();

        // Then
        assertThat(upload.finish().status()).as("status of the upload").isNotEqualTo(201);
        AgentProcess second = setup.start();
        assertThat(second.images().list()).isEmpty();
        assertThat(second.curl("/v1/pool")
                        .run()
                        .require(200)
                        .json()
                        .path("usedBytes")
                        .asLong(-1))
                .isZero();
        assertThat(second.log()).doesNotContain("not closed cleanly");
        second.terminate();
    }

    @Test
    void deviceWithSomebodysDataIsLeftAlone() throws IOException {
        // Given
        Path device = SparseFile.writeDense(WORKSPACE.file("somebodys.img"), 3, 8 * MIB);
        byte[] before = Files.readAllBytes(device);

        // When
        AgentProcess agent = WORKSPACE.agent("foreign").onDevice(device).launch();
        int status = agent.awaitEnd();

        // Then
        assertThat(status).isNotZero();
        assertThat(agent.log()).contains("is not a pool, and has unknown data").contains("nothing was changed");
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
    }
}
