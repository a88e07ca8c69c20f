// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The open connections, with limits per peer, per server and for all together, so that some file descriptors are always
 * left for the pool. When a limit is reached, a new connection replaces one without a request in progress: the oldest
 * one that has never sent a request, or else the one whose last request was longest ago. If all have a request in
 * progress, the new connection is refused. So a client that only holds connections does not block others, least of all
 * probes.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
final class Connections {
    private static final Comparator<Connection> MOST_DISPENSABLE_FIRST = Comparator.comparing(Connection::hasAsked)
            .thenComparing(Comparator.comparingLong(
                            (Connection one) -> one.quietNanos().orElse(0))
                    .reversed());

    private final Set<Connection> open = new LinkedHashSet<>();

    /** One connection. Equal only to itself. */
    interface Connection {
        /** The port of the server that has accepted it. */
        int port();

        /** The address of the peer; for IPv6, the network that it is in. */
        InetAddress peer();

        /** Whether it has ever sent a complete request head. */
        boolean hasAsked();

        /** How long no request has been in progress; empty while one is. */
        OptionalLong quietNanos();

        /** Closes it; on any thread. */
        void close();
    }

    /**
     * The limits on connections.
     *
     * @param all for all servers together
     * @param ofServer for the server of the new connection
     * @param ofPeer for the peer of the new connection at that server
     */
    record Bounds(int all, int ofServer, int ofPeer) {}

    /** What happened to a new connection. */
    enum Admission {
        ADMITTED,
        /** Others were closed for it. */
        ADMITTED_FOR_OTHERS,
        REFUSED
    }

    /**
     * Decides about a new connection. Unless it is refused, {@link #ended} must follow; the caller closes a refused
     * one.
     */
    synchronized Admission admit(Connection newcomer, Bounds bounds) {
        Predicate<Connection> sameServer = other -> other.port() == newcomer.port();
        int before = open.size();
        if (!makeRoom(bounds.ofPeer(), sameServer.and(other -> other.peer().equals(newcomer.peer())))
                || !makeRoom(bounds.ofServer(), sameServer)
                || !makeRoom(bounds.all(), other -> true)) {
            return Admission.REFUSED;
        }
        boolean wereClosed = open.size() < before;
        open.add(newcomer);
        return wereClosed ? Admission.ADMITTED_FOR_OTHERS : Admission.ADMITTED;
    }

    /** Forgets a connection that has ended. */
    synchronized void ended(Connection connection) {
        open.remove(connection);
    }

    private boolean makeRoom(int max, Predicate<Connection> group) {
        // Most of the time there are fewer connections than any group may have, and no counting is needed.
        if (open.size() < max || open.stream().filter(group).count() < max) {
            return true;
        }
        Optional<Connection> dispensable = open.stream()
                .filter(group.and(other -> other.quietNanos().isPresent()))
                .min(MOST_DISPENSABLE_FIRST);
        dispensable.ifPresent(other -> {
            open.remove(other);
            other.close();
        });
        return dispensable.isPresent();
    }
}
