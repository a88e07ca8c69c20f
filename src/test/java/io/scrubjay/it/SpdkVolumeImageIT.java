// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;

/** Over the SPDK engine, which copies nothing. */
@NeedsSpdk
class SpdkVolumeImageIT extends VolumeImageScenarios {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkVolumeImageIT.class);

    private static final int CLUSTERS = 256;

    @Override
    Workspace workspace() {
        return WORKSPACE;
    }

    @Override
    AgentSetup setup(String name) throws IOException {
        return WORKSPACE
                .agent(name)
                .onDevice(TestDevice.make(Files.createDirectories(WORKSPACE.fresh("device")), CLUSTERS));
    }
}
