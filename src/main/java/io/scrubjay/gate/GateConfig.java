// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/**
 * Limits on requests and connections. Settings below {@code scrubjay.ingest} and {@code scrubjay.volume} limit uploads
 * and writes to volumes.
 */
@ConfigMapping(prefix = "scrubjay.http")
public interface GateConfig {
    /**
     * How many requests may be in progress at once; one more is refused as {@code busy}. As many again may wait for the rest
     * of their JSON bodies; when one more comes, the one that has waited longest is refused in its favour.
     */
    @WithDefault("512")
    int requestsMax();

    /** The largest JSON body; a larger one is refused. */
    @WithDefault("64K")
    ByteSize jsonMax();

    /** How long the JSON body of a request may take to arrive. The operation it asks for may take as long as it needs. */
    @WithDefault("30s")
    Duration jsonTimeout();

    /** A connection is closed when no complete request head arrives on it for this long. */
    @WithDefault("30s")
    Duration headTimeout();

    /** The same for the first request on a new connection, if that is less. */
    @WithDefault("10s")
    Duration firstHeadTimeout();

    /**
     * How many connections the API accepts at once. When one more comes, an idle connection is closed in its favour; if none
     * is idle, the new one is closed.
     */
    @WithDefault("2048")
    int connectionsMax();

    /**
     * How many of them may come from one address, or from one IPv6 network of 64 bits. Behind a proxy all come from the
     * proxy's address: set it to {@code connections-max} there.
     */
    @WithDefault("512")
    int connectionsPerPeerMax();

    /** How many connections the management port accepts at once. */
    @WithDefault("256")
    int managementConnectionsMax();
}
