// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A small body that has not come yet, of one request. Thread-safe; equal to itself only. */
final class ComingBody {
    private static final String KEY = ComingBody.class.getName();

    private final CompletableFuture<Void> givenUp = new CompletableFuture<>();

    /** Notes it at its request, for the one that is to receive it. */
    void noteAt(RoutingContext request) {
        request.put(KEY, this);
    }

    /** The one of a request, if it has one. */
    static Optional<ComingBody> of(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }

    /** Says that it will not be waited for any longer, as another needs its place. */
    void giveUp() {
        givenUp.complete(null);
    }

    /** Completes with {@link #giveUp}. */
    CompletionStage<Void> givenUp() {
        return givenUp.minimalCompletionStage();
    }
}
