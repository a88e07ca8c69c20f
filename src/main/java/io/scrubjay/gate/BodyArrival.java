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
 * Knows for each request whether its client has sent its whole body. Vert.x only says whether somebody has read a
 * request to its end, which nobody does with an empty body.
 *
 * <p>With HTTP/2, the state of the stream tells. With HTTP/1, this class counts the ends of bodies and of responses on
 * a connection, which come in the same order. Confined to the connection's event loop.
 */
final class BodyArrival extends ChannelDuplexHandler {
    private static final String KEY = BodyArrival.class.getName();

    private final WrittenAnswers answers = new WrittenAnswers();
    private long arrived;

    private BodyArrival() {}

    /**
     * Registers a request whose head is complete. Called for every request, before anything else is done with it. A
     * request on a connection that has ended is dropped.
     */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            if (connection.channelHandlerContext().isRemoved()) {
                // It waited after other requests on a connection that has ended meanwhile: nobody waits for the
                // response.
                return;
            }
            request.put(KEY, arrivalOf(request, connection));
        }
        request.next();
    }

    /** Whether the whole body of the request has been received. For the connection's event loop. */
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
