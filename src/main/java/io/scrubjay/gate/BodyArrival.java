// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.util.function.BooleanSupplier;

/**
 * Knows of each request whether its client has sent all of its body. Vert.x says of a request only whether somebody has
 * read it to its end, which nobody does with a body that is empty.
 *
 * <p>With HTTP/2 the stream's state says it. With HTTP/1 this counts the ends of bodies on a connection, and of the answers,
 * which come in the same order. Confined to the connection's event loop.
 */
final class BodyArrival extends ChannelDuplexHandler {
    private static final String KEY = BodyArrival.class.getName();

    private final WrittenAnswers answers = new WrittenAnswers();
    private long arrived;

    private BodyArrival() {}

    /**
     * Takes note of a request whose head is complete: of every one, before anything else is done with it. One that came by
     * a connection that has ended is dropped.
     */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            if (connection.channelHandlerContext().isRemoved()) {
                // It waited behind others on a connection that has ended meanwhile: nobody is there to be answered.
                return;
            }
            request.put(KEY, arrivalOf(request, connection));
        }
        request.next();
    }

    /** Whether all of the request's body has come. For the connection's event loop. */
    static boolean isComplete(RoutingContext request) {
        BooleanSupplier hasArrived = request.get(KEY);
        return hasArrived == null ? request.request().isEnded() : hasArrived.getAsBoolean();
    }

    private static BooleanSupplier arrivalOf(RoutingContext request, ConnectionBase connection) {
        Http2ConnectionHandler http2 = connection.channel().pipeline().get(Http2ConnectionHandler.class);
        if (http2 == null) {
            return on(connection).ofCurrent();
        }
        Http2Stream stream = http2.connection().stream(request.request().streamId());
        return () -> stream == null || !stream.state().remoteSideOpen();
    }

    private static BodyArrival on(ConnectionBase connection) {
        BodyArrival known = connection.channel().pipeline().get(BodyArrival.class);
        if (known != null) {
            return known;
        }
        // In time even for the request whose head is being passed on: the end of its body comes as a message of its
        // own.
        BodyArrival added = new BodyArrival();
        connection
                .channel()
                .pipeline()
                .addBefore(connection.channelHandlerContext().name(), BodyArrival.class.getName(), added);
        return added;
    }

    private BooleanSupplier ofCurrent() {
        long number = answers.current();
        return () -> arrived >= number;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent) {
            arrived++;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean unused = answers.endWith(message);
        ChannelFuture unusedWrite = context.write(message, promise);
    }
}
