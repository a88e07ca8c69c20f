// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on volumes. */
@ConfigMapping(prefix = "scrubjay.volume")
public interface VolumeConfig {
    /** How many writes may run at once; one more is refused as {@code busy}. */
    @WithDefault("8")
    int writesMax();

    /** How many windows, of a mebibyte or a cluster each, one write may use. */
    @WithDefault("3")
    int windowsPerWrite();

    /** A write that sends nothing for this long fails. Time in which the agent is not ready to receive does not count. */
    @WithDefault("60s")
    Duration idleTimeout();
}
