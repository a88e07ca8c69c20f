package io.scrubjay.api;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Consumer;

/** The body as Vert.x streams it, in buffers of the heap: for HTTP/2. */
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
        request.pause();
    }

    @Override
    public void resume() {
        request.resume();
    }
}
