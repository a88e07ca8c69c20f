// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How long the agent may take to stop. */
@ConfigMapping(prefix = "scrubjay.shutdown")
public interface ShutdownConfig {
    /**
     * Uploads and volume writes under way may finish in the first half; what is left is for closing the pool. An agent
     * without work ends at once. {@code terminationGracePeriodSeconds} of its pod has to be longer, or it is killed
     * before.
     */
    @WithDefault("60s")
    Duration grace();
}
