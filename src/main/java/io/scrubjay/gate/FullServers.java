// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.jboss.logging.Logger;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Logs, at most once a minute for each port, that connections are closed because the limit is reached. Thread-safe. */
final class FullServers {
    private static final Logger LOG = Logger.getLogger(FullServers.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<Integer, Long> toldNanos = new ConcurrentHashMap<>();

    FullServers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Logs the peer whose connection exceeded the limit, unless that was just logged for the same port. */
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

    /** Whether nothing was logged for the port for a while; from now on it counts as logged. */
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
