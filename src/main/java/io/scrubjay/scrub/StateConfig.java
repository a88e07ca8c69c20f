// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;

/** Where soft state lies. */
@ConfigMapping(prefix = "scrubjay.state")
public interface StateConfig {
    /** The directory; made when it is missing. It holds history only, and may be lost; so it is never in or around the pool. */
    @WithDefault("data/state")
    Path path();
}
