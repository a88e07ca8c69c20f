package io.scrubjay.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests that may change something and have no whole answer yet: uploads, writes, deletes, snapshots. An agent
 * that stops waits for them, as an answer that is lost leaves a client in doubt. Thread-safe.
 */
@Singleton
public class OpenChanges {
    /** Before whatever else looks at requests. */
    private static final int FIRST = 10_000;

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Set<Change> open = ConcurrentHashMap.newKeySet();

    /** One such request: itself, and nothing else's equal. */
    private static final class Change {
        private final CompletableFuture<Void> answered = new CompletableFuture<>();
    }

    void register(@Observes Filters filters) {
        filters.register(this::pass, FIRST);
    }

    private void pass(RoutingContext request) {
        if (!READING.contains(request.request().method())) {
            Change change = new Change();
            open.add(change);
            request.addEndHandler(end -> {
                open.remove(change);
                change.answered.complete(null);
            });
        }
        request.next();
    }

    /** Completes when all that are open now are answered, or their connections gone; never fails. */
    public CompletableFuture<Void> answered() {
        return CompletableFuture.allOf(
                open.stream().map(change -> change.answered).toArray(CompletableFuture[]::new));
    }
}
