// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.scrubjay.api.body.BodyFault;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;

/**
 * Checks the heads of requests on an HTTP/2 connection: heads that the framework would refuse with a bare status are
 * refused here with a problem, according to {@link HeadRules}, and digests in trailers, which Vert.x discards, are not
 * ignored.
 *
 * <p>It is between Netty's decoder and Vert.x. Confined to the connection's event loop.
 */
final class Http2Heads extends Http2FrameListenerDecorator {
    /** The state of all streams of a connection. */
    private record Keys(PropertyKey refused, PropertyKey request) {}

    private final Http2ConnectionHandler connection;
    private final HeadLimits limits;
    private final Keys keys;

    private Http2Heads(Http2FrameListener next, Http2ConnectionHandler connection, HeadLimits limits, Keys keys) {
        super(next);
        this.connection = connection;
        this.limits = limits;
        this.keys = keys;
    }

    /** Adds this listener to a connection, if it uses HTTP/2. */
    static void watch(ChannelPipeline pipeline, HeadLimits limits) {
        Http2ConnectionHandler connection = pipeline.get(Http2ConnectionHandler.class);
        if (connection != null) {
            Keys keys = new Keys(
                    connection.connection().newKey(), connection.connection().newKey());
            Http2FrameListener next = connection.decoder().frameListener();
            connection.decoder().frameListener(new Http2Heads(next, connection, limits, keys));
            pipeline.addBefore(pipeline.context(connection).name(), null, new GoneStreams());
        }
    }

    /** Registers a request, so that it can be told of the trailer after its body. */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase channel) {
            Http2ConnectionHandler connection = channel.channel().pipeline().get(Http2ConnectionHandler.class);
            if (connection != null && connection.decoder().frameListener() instanceof Http2Heads heads) {
                Http2Stream stream =
                        connection.connection().stream(request.request().streamId());
                if (stream != null) {
                    stream.setProperty(heads.keys.request(), request);
                }
            }
        }
        request.next();
    }

    /** ORDER: Vert.x puts another listener in the decoder when the client's settings come, in the place of this one. */
    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        super.onSettingsRead(context, settings);
        Http2FrameListener next = connection.decoder().frameListener();
        if (!(next instanceof Http2Heads)) {
            connection.decoder().frameListener(new Http2Heads(next, connection, limits, keys));
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int id, Http2Headers head, int padding, boolean endOfStream)
            throws Http2Exception {
        if (goesOn(context, id, head, endOfStream)) {
            super.onHeadersRead(context, id, head, padding, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int id,
            Http2Headers head,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (goesOn(context, id, head, endOfStream)) {
            super.onHeadersRead(context, id, head, dependency, weight, exclusive, padding, endOfStream);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        return isRefused(stream(id))
                ? data.readableBytes() + padding
                : super.onDataRead(context, id, data, padding, endOfStream);
    }

    private Http2Stream stream(int id) {
        return connection.connection().stream(id);
    }

    private boolean isRefused(Http2Stream stream) {
        return stream != null && stream.getProperty(keys.refused()) != null;
    }

    private boolean goesOn(ChannelHandlerContext context, int id, Http2Headers head, boolean endOfStream) {
        Http2Stream stream = stream(id);
        if (stream == null) {
            return true;
        }
        if (isRefused(stream)) {
            return false;
        }
        if (stream.getProperty(keys.request()) instanceof RoutingContext request) {
            BodyFault.trailer(
                    request, head.names().stream().map(CharSequence::toString).toList());
            return true;
        }
        Optional<Problem> problem = limits.problem(head);
        problem.ifPresent(refusal -> refuse(context, stream, refusal, endOfStream));
        return problem.isEmpty();
    }

    private void refuse(ChannelHandlerContext context, Http2Stream stream, Problem problem, boolean endOfStream) {
        stream.setProperty(keys.refused(), problem);
        ByteBuf body = Unpooled.wrappedBuffer(ProblemAnswer.bytes(problem));
        Http2Headers head = new DefaultHttp2Headers()
                .status(Integer.toString(problem.status()))
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (problem.status() == 405) {
            head.set(HttpHeaderNames.ALLOW, "");
        }
        ChannelFuture unused =
                connection.encoder().writeHeaders(context, stream.id(), head, 0, false, context.newPromise());
        ChannelFuture ended = connection.encoder().writeData(context, stream.id(), body, 0, true, context.newPromise());
        if (!endOfStream) {
            // The response is complete, and the rest of the request is not needed: RFC 9113, section 8.1.
            ended.addListener(written -> reset(context, stream));
        }
        connection.flush(context);
    }

    private void reset(ChannelHandlerContext context, Http2Stream stream) {
        ChannelFuture unused = connection
                .encoder()
                .writeRstStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        context.flush();
    }
}
