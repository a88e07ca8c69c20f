// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** The bounds on requests. Those on the bytes of images and volumes are ingests' and volumes' own. */
@ConfigMapping(prefix = "scrubjay.http")
public interface GateConfig {
    /**
     * How many requests may be under way; one more is refused as {@code busy}. As many again may wait for the rest of their
     * JSON bodies; one more takes the place of the one that has waited longest, which is refused.
     */
    @WithDefault("512")
    int requestsMax();

    /** A JSON body that is larger is refused. */
    @WithDefault("64K")
    ByteSize jsonMax();

    /** A request whose JSON body has not come after this long is refused; what it asks for may take as long as it needs. */
    @WithDefault("30s")
    Duration jsonTimeout();

    /** A connection on which no request has begun for so long is closed, however many bytes of one have come. */
    @WithDefault("30s")
    Duration headTimeout();

    /** The same for the first request on a connection, from when it was opened, if that is less. */
    @WithDefault("10s")
    Duration firstHeadTimeout();

    /**
     * How many connections the API may have. One more takes the place of one without a request under way, and is closed
     * where there is none.
     */
    @WithDefault("2048")
    int connectionsMax();

    /**
     * How many of them may come from one address, or from one IPv6 network of 64 bits. Behind a proxy all come from one:
     * set it to {@code connections-max} there.
     */
    @WithDefault("512")
    int connectionsPerPeerMax();

    /** How many connections the management port may have. */
    @WithDefault("256")
    int managementConnectionsMax();
}
