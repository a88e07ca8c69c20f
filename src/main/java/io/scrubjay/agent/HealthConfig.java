// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** When an agent says that it is ready. */
@ConfigMapping(prefix = "scrubjay.health")
public interface HealthConfig {
    /** With less than this free, or than a twentieth of a small pool, the pool counts as full. */
    @WithDefault("64M")
    ByteSize reserve();
}
