// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Context;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;

import java.util.function.Consumer;

/**
 * The body of an HTTP/1.1 request taken from the channel just before Vert.x would copy each buffer to the heap: the
 * bytes go from the socket's buffer to a window, and no garbage is made on the way. Vert.x still sees the request begin
 * and end. Reads are larger meanwhile.
 *
 * <p>What has arrived before the tap is in place comes through Vert.x first. From then on the channel's own reading is
 * switched off and on, never the request's, so that the two ways cannot overtake each other.
 */
final class TappedBody implements BodySource {
    private static final String NAME = "scrubjay-body";
    private static final int READ_BYTES = 256 << 10;

    private final HttpServerRequest request;
    private final Http1xServerConnection connection;
    private boolean paused;

    TappedBody(HttpServerRequest request, Http1xServerConnection connection) {
        this.request = request;
        this.connection = connection;
    }

    @Override
    public void start(Context loop, Consumer<ByteBuf> consumer) {
        request.handler(
                buffer -> consumer.accept(((BufferImpl) buffer).byteBuf().retain()));
        request.resume();
        // ORDER: Vert.x delivers what it holds in a task of its own, queued by resume; this one comes after it.
        loop.runOnContext(now -> install(consumer));
    }

    private void install(Consumer<ByteBuf> consumer) {
        Channel channel = connection.channel();
        if (!request.isEnded() && channel.isActive()) {
            ChannelHandlerContext vertx = connection.channelHandlerContext();
            channel.pipeline().addBefore(vertx.name(), NAME, new Tap(consumer, channel));
        }
    }

    @Override
    public void pause() {
        paused = true;
        connection.channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            connection.channel().config().setAutoRead(true);
        }
    }

    /** Diverts the contents of one request; the end of it takes the tap out. */
    private static final class Tap extends ChannelInboundHandlerAdapter {
        private final Consumer<ByteBuf> consumer;
        private final RecvByteBufAllocator before;

        private Tap(Consumer<ByteBuf> consumer, Channel channel) {
            this.consumer = consumer;
            this.before = channel.config().getRecvByteBufAllocator();
            channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof HttpContent content)
                    || content.decoderResult().isFailure()) {
                context.fireChannelRead(message);
                return;
            }
            // The message's own reference to its bytes goes to the consumer.
            consumer.accept(content.content());
            if (content instanceof LastHttpContent) {
                context.channel().config().setRecvByteBufAllocator(before);
                context.pipeline().remove(this);
                context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        }
    }
}
