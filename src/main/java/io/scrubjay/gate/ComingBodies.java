// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The requests whose small bodies have not arrived yet. They have their own places, as many as there are for requests
 * in progress. If all are taken, the newest request gets the place of the one that has waited longest: normal bodies
 * arrive together with their heads, and a client that sends bodies slowly does not block others.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
@Singleton
final class ComingBodies {
    private final int max;
    private final Set<ComingBody> open = new LinkedHashSet<>();

    ComingBodies(GateConfig config) {
        this.max = config.requestsMax();
    }

    /** Gives a place to the body of a request, until {@link #arrived} or the end of the request. */
    void expect(RoutingContext request) {
        ComingBody coming = new ComingBody();
        coming.noteAt(request);
        RequestEnd.of(request, outcome -> arrived(coming));
        add(coming).ifPresent(ComingBody::giveUp);
    }

    private synchronized Optional<ComingBody> add(ComingBody coming) {
        Optional<ComingBody> oldest = Optional.empty();
        if (open.size() >= max) {
            Iterator<ComingBody> inOrder = open.iterator();
            oldest = Optional.of(inOrder.next());
            inOrder.remove();
        }
        open.add(coming);
        return oldest;
    }

    /** Frees its place. Calling it twice is harmless. */
    synchronized void arrived(ComingBody coming) {
        open.remove(coming);
    }
}
