// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.jboss.logging.Logger;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tells the administrator, at most once a minute for each port, that connections are closed because there are as many as
 * there may be. Thread-safe.
 */
final class FullServers {
    private static final Logger LOG = Logger.getLogger(FullServers.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<Integer, Long> toldNanos = new ConcurrentHashMap<>();

    FullServers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Says whose connection came when there were too many, unless that has just been said of the same port. */
    void tell(int port, InetAddress peer) {
        if (isDue(port)) {
            LOG.warnf(
                    "port %d has reached its limit of connections: the agent closed an idle one in favour of a new"
                            + " one from %s, or closed the new one. Look for a client that holds too many; the"
                            + " limits are scrubjay.http.connections-max, .connections-per-peer-max and"
                            + " .management-connections-max",
                    port, peer.getHostAddress());
        }
    }

    /** Whether nothing was said of the port for a while; it counts as said now. */
    boolean isDue(int port) {
        long now = nanoClock.getAsLong();
        Long[] due = {null};
        toldNanos.compute(port, (same, told) -> {
            if (told != null && now - told < PAUSE_NANOS) {
                return told;
            }
            due[0] = now;
            return now;
        });
        return due[0] != null;
    }
}
