// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How long the agent waits for its device (I-7). */
@ConfigMapping(prefix = "scrubjay.device")
public interface DeviceConfig {
    /** For one read, write or flush. What takes longer fails, and its volume is not used any more. */
    @WithDefault("60s")
    Duration ioDeadline();

    /** For one change of the pool, such as creating, sealing or deleting a volume. */
    @WithDefault("120s")
    Duration controlDeadline();
}
