package io.scrubjay.api;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;

/**
 * What happens to the rest of a body after its upload was refused. Closing a connection with unread bytes would reset
 * it, and the client might never see why it was refused; so they are read and thrown away, for a while. Confined to the
 * request's event loop.
 */
final class UnreadBody {
    private static final long LINGER_MILLIS = 5_000;

    private UnreadBody() {}

    /**
     * Reads on without use, and closes the connection of a client that does not stop.
     *
     * <p>ORDER: before the answer's head is written, which says that the connection will be closed.
     */
    static void discard(HttpServerRequest request, Context loop) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        request.response().putHeader("Connection", "close");
        request.handler(bytes -> {});
        request.resume();
        loop.owner().setTimer(LINGER_MILLIS, late -> request.connection().close());
    }
}
