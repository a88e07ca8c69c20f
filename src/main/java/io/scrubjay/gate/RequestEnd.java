// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notifies once that a request has ended: its response is complete, or was cut off. Vert.x has only one handler of each
 * kind per request, and code after the gate uses some of them, so this uses two kinds.
 *
 * <p>Thread-safe: a response ends on the thread that sends it, a connection on its event loop.
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

    /** Is told of the end of one request, on any thread; must not wait. */
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
