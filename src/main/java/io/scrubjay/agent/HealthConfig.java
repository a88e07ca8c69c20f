// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** When the agent reports that it is ready. */
@ConfigMapping(prefix = "scrubjay.health")
public interface HealthConfig {
    /** The agent is not ready when less than this is free, or less than a twentieth of a small pool. */
    @WithDefault("64M")
    ByteSize reserve();
}
