// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The small body of one request, which has not arrived yet. Thread-safe; equal only to itself. */
final class ComingBody {
    private static final String KEY = ComingBody.class.getName();

    private final CompletableFuture<Void> givenUp = new CompletableFuture<>();

    /** Stores it in its request, for the code that will receive the body. */
    void noteAt(RoutingContext request) {
        request.put(KEY, this);
    }

    /** The coming body of a request, if it has one. */
    static Optional<ComingBody> of(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }

    /** Gives up waiting for it, since another request needs its place. */
    void giveUp() {
        givenUp.complete(null);
    }

    /** Completes with {@link #giveUp}. */
    CompletionStage<Void> givenUp() {
        return givenUp.minimalCompletionStage();
    }
}
