// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;

import java.util.function.Consumer;

/** Delivers the bytes of a request body. Confined to the request's event loop. */
interface BodySource {
    /** Begins to deliver; the consumer takes over one reference to each buffer. */
    void start(Context loop, Consumer<ByteBuf> consumer);

    /** Stops reading; a buffer or two that are already here may still come. */
    void pause();

    /** Goes on reading. */
    void resume();

    /** The fastest way to this request's body. */
    static BodySource of(HttpServerRequest request) {
        return request.connection() instanceof Http1xServerConnection connection
                ? new TappedBody(request, connection)
                : new StreamedBody(request);
    }
}
