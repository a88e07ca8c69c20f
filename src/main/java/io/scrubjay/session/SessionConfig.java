// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on resumable uploads. */
@ConfigMapping(prefix = "scrubjay.upload")
public interface SessionConfig {
    /**
     * A resumable upload for which nothing is sent for this long is removed; one from before the agent started, at the
     * earliest an hour after the start, or after this time if that is shorter.
     */
    @WithDefault("24h")
    Duration expireAfter();

    /** How many resumable uploads may be open, waiting ones included; one more is refused as {@code busy}. */
    @WithDefault("100")
    int sessionsMax();

    /** How many of them may send at once; one more request is refused as {@code busy}. */
    @WithDefault("8")
    int transfersMax();

    /** How many windows, of a mebibyte or a cluster each, one request may use. */
    @WithDefault("3")
    int windowsPerTransfer();

    /**
     * A request that sends nothing for this long is ended; its upload stays. Time in which the agent is not ready to
     * receive does not count.
     */
    @WithDefault("60s")
    Duration idleTimeout();
}
