// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Consumer;

/**
 * The body as Vert.x streams it, in buffers of the heap: for HTTP/2, where a request that its client took back is one that
 * has ended, and is not to be touched any more.
 */
final class StreamedBody implements BodySource {
    private final HttpServerRequest request;

    StreamedBody(HttpServerRequest request) {
        this.request = request;
    }

    @Override
    public void start(Context loop, Consumer<ByteBuf> consumer) {
        request.handler(
                buffer -> consumer.accept(((BufferImpl) buffer).byteBuf().retain()));
        request.resume();
    }

    @Override
    public void pause() {
        if (!request.isEnded()) {
            request.pause();
        }
    }

    @Override
    public void resume() {
        if (!request.isEnded()) {
            request.resume();
        }
    }
}
