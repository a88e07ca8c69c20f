// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.concurrent.Semaphore;

/**
 * Limits how many requests may be in progress at once. A request whose small body has not arrived is not in progress
 * yet. Thread-safe.
 */
@Singleton
final class Places {
    /** The response when no place is left. */
    static final Problem NONE_LEFT = Problem.of(
            503, "busy", "too many requests are in progress; try again after as many seconds as Retry-After says");

    /** The value of {@code Retry-After} in that response. */
    static final String RETRY_AFTER_SECONDS = "5";

    private final Semaphore places;

    Places(GateConfig config) {
        this.places = new Semaphore(config.requestsMax());
    }

    /** Takes a place for a request until its end, if there is one. */
    boolean take(RoutingContext request) {
        boolean taken = places.tryAcquire();
        if (taken) {
            RequestEnd.of(request, outcome -> places.release());
        }
        return taken;
    }
}
