// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;

/** Where the agent keeps its history. */
@ConfigMapping(prefix = "scrubjay.state")
public interface StateConfig {
    /**
     * The state directory; created when it is missing. It holds history only and may be lost, so it must not be in or around
     * the pool.
     */
    @WithDefault("data/state")
    Path path();
}
