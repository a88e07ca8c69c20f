package io.scrubjay.api;

import io.vertx.core.http.HttpServerRequest;

/**
 * What happens to the rest of a body after its upload was refused. Closing a connection with unread bytes would reset
 * it, and the client might never see why it was refused; so they are read and thrown away, for a while. Confined to the
 * request's event loop.
 */
final class UnreadBody {
    private static final long LINGER_MILLIS = 5_000;

    private UnreadBody() {}

    /** Reads on without use, and closes the connection when the answer has been sent and the client does not stop. */
    static void discard(HttpServerRequest request, boolean isBodyHeldBack) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        request.response().putHeader("Connection", "close");
        request.handler(bytes -> {});
        request.resume();
        request.response().endHandler(sent -> {
            long patienceMillis = isBodyHeldBack ? 1 : LINGER_MILLIS;
            io.vertx.core.Vertx.currentContext()
                    .owner()
                    .setTimer(patienceMillis, late -> request.connection().close());
        });
    }
}
