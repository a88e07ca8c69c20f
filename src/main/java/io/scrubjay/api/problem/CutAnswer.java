// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** Cuts off a response that has begun and cannot be finished, so that no client takes it for complete. Stateless. */
public final class CutAnswer {
    private CutAnswer() {}

    /**
     * Closes its connection, or with HTTP/2 its stream; does nothing when it has ended. Bytes that the client has not
     * received are discarded: a close through Vert.x would wait for a client that reads nothing, and a reset alone
     * would not report the end.
     */
    public static void cut(HttpServerRequest request) {
        if (request.response().ended()) {
            return;
        }
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            var unused = connection.channelHandlerContext().close();
        } else {
            // Without an error, a client that was told no length takes what it has got for the whole.
            request.response().reset(Http2Error.INTERNAL_ERROR.code());
        }
    }
}
