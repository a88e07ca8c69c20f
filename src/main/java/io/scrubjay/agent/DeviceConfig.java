// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How long the agent waits for its storage device (I-7). */
@ConfigMapping(prefix = "scrubjay.device")
public interface DeviceConfig {
    /** Deadline of one read, write or flush. A call that takes longer fails, and the agent stops using its volume. */
    @WithDefault("60s")
    Duration ioDeadline();

    /** Deadline of one change of the pool, such as creating, sealing or deleting a volume. */
    @WithDefault("120s")
    Duration controlDeadline();
}
