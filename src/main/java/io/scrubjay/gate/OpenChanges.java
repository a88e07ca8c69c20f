// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests that may change something and whose response is not complete yet: uploads, writes, deletes, snapshots. A
 * stopping agent waits for them, since a lost response leaves a client in doubt. Thread-safe.
 */
@Singleton
public final class OpenChanges {
    private static final Set<HttpMethod> LOOKING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Set<Change> open = ConcurrentHashMap.newKeySet();

    /** One such request; equal only to itself. */
    private static final class Change {
        private final CompletableFuture<Void> answered = new CompletableFuture<>();
    }

    /** Whether a request may change something. */
    static boolean isOne(RoutingContext request) {
        return !LOOKING.contains(request.request().method());
    }

    /** Counts a request until its end, if it may change something. */
    void watch(RoutingContext request) {
        if (isOne(request)) {
            Change change = new Change();
            open.add(change);
            RequestEnd.of(request, outcome -> {
                open.remove(change);
                change.answered.complete(null);
            });
        }
    }

    /** Completes when all requests that are open now are answered, or their connections have ended; never fails. */
    public CompletableFuture<Void> answered() {
        return CompletableFuture.allOf(
                open.stream().map(change -> change.answered).toArray(CompletableFuture[]::new));
    }
}
