// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells once that a request is over: answered to the last byte, or cut. Vert.x has a place for one handler of each kind,
 * and what comes after the gate takes some of them for itself, so two kinds are asked.
 *
 * <p>Thread-safe: an answer ends in the thread that gives it, a connection in its event loop.
 */
final class RequestEnd {
    private final Listener listener;
    private final AtomicBoolean told = new AtomicBoolean();

    private RequestEnd(Listener listener) {
        this.listener = listener;
    }

    /** How it ended. */
    enum Outcome {
        ANSWERED,
        CUT
    }

    /** Hears of the end of one request, in any thread; must not wait. */
    @FunctionalInterface
    interface Listener {
        void ended(Outcome outcome);
    }

    static void of(RoutingContext request, Listener listener) {
        RequestEnd end = new RequestEnd(listener);
        request.addBodyEndHandler(written -> end.tell(Outcome.ANSWERED));
        request.addEndHandler(over -> end.tell(request.response().ended() ? Outcome.ANSWERED : Outcome.CUT));
    }

    private void tell(Outcome outcome) {
        if (told.compareAndSet(false, true)) {
            listener.ended(outcome);
        }
    }
}
