// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The requests whose small bodies have not come yet. They have places of their own, as many as there are for requests that
 * are under way. Where all are taken, the newest gets that of the one that has waited longest: honest bodies come with
 * their heads, and whoever sends them slowly keeps nobody out.
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

    /** Frees its place. Does nothing the second time. */
    synchronized void arrived(ComingBody coming) {
        open.remove(coming);
    }
}
