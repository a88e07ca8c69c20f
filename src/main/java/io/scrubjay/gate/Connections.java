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
 * The connections that are open, within bounds: those of one peer, those of one server, and all of them, so that some file
 * descriptors are always left for the pool. Where a bound is reached, a newcomer takes the place of a connection without a
 * request under way: of one that has never sent a request, the oldest of them, or else of the one whose last request is
 * longest ago. If each has a request under way, the newcomer is refused. So whoever only holds connections keeps nobody
 * out, least of all a probe.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
final class Connections {
    private static final Comparator<Connection> MOST_DISPENSABLE_FIRST = Comparator.comparing(Connection::hasAsked)
            .thenComparing(Comparator.comparingLong(
                            (Connection one) -> one.quietNanos().orElse(0))
                    .reversed());

    private final Set<Connection> open = new LinkedHashSet<>();

    /** One connection. Equal to itself only. */
    interface Connection {
        /** The port of the server that has accepted it. */
        int port();

        /** The address at the other end, of IPv6 the network that it is in. */
        InetAddress peer();

        /** Whether it has ever sent a whole head. */
        boolean hasAsked();

        /** How long no request has been under way; empty while one is. */
        OptionalLong quietNanos();

        /** Ends it; in any thread. */
        void close();
    }

    /**
     * How many there may be.
     *
     * @param all of all servers
     * @param ofServer of the newcomer's server
     * @param ofPeer of the newcomer's peer at that server
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
     * Decides on a newcomer. Unless it is refused, {@link #ended} has to follow; closing a refused one is the
     * caller's.
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

    /** Forgets one that has ended. */
    synchronized void ended(Connection connection) {
        open.remove(connection);
    }

    private boolean makeRoom(int max, Predicate<Connection> group) {
        // Most of the time there are fewer in all than any group may have, and nobody is counted.
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
