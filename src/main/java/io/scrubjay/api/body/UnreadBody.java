// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Handles the rest of a body after its request was refused. Closing a connection with unread bytes would reset it, and
 * the client might never see why it was refused; so it stays open for a while. With HTTP/1 the gate closes it as soon
 * as the client has the response; the limits here are the longest that it may take. Confined to the request's event
 * loop.
 */
public final class UnreadBody {
    private static final AttributeKey<Long> BYTES_MAX = AttributeKey.valueOf(UnreadBody.class, "bytesMax");

    /** The time for a client that sends its whole body without reading the response. */
    private static final long DISCARD_MILLIS = 40_000;

    private static final long REFUSE_MILLIS = 5_000;
    /**
     * The most bytes that are read from a client that has no permission to send: about as many as are already in
     * transit.
     */
    private static final long UNWANTED_BYTES_MAX = 1L << 20;

    private UnreadBody() {}

    /**
     * Reads and discards the body, and closes the connection of a client that does not stop.
     *
     * <p>ORDER: before the answer's head is written, which says that the connection will be closed.
     */
    public static void discard(HttpServerRequest request, Context loop) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        announceClose(request);
        request.handler(bytes -> {});
        request.resume();
        closeLater(request, loop, DISCARD_MILLIS);
    }

    /**
     * The same for a client that had no permission to send anything: almost nothing of the body is read, so that it
     * causes neither work nor traffic.
     *
     * <p>ORDER: before the answer's head is written, as above.
     */
    public static void refuse(HttpServerRequest request, Context loop) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        announceClose(request);
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            connection.channel().attr(BYTES_MAX).set(UNWANTED_BYTES_MAX);
        }
        long[] left = {UNWANTED_BYTES_MAX};
        request.handler(bytes -> {
            left[0] -= bytes.length();
            if (left[0] < 0) {
                request.pause();
            }
        });
        request.resume();
        closeLater(request, loop, REFUSE_MILLIS);
    }

    /** How many bytes may still arrive on a connection whose last request was refused; for any thread. */
    public static long bytesMax(Channel connection) {
        Long max = connection.attr(BYTES_MAX).get();
        return max == null ? Long.MAX_VALUE : max;
    }

    /**
     * Announces that the connection will close. HTTP/2 has no such field, and clients treat a response with it as
     * broken.
     */
    private static void announceClose(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("Connection", "close");
        }
    }

    private static void closeLater(HttpServerRequest request, Context loop, long millis) {
        long timer = loop.owner().setTimer(millis, late -> {
            if (request.version() != HttpVersion.HTTP_2 || !request.isEnded()) {
                cut(request);
            }
        });
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            // The timer would keep the request in memory.
            ChannelFuture unused = connection
                    .channel()
                    .closeFuture()
                    .addListener(closed -> loop.owner().cancelTimer(timer));
        }
    }

    /**
     * Closes the connection of the request; with HTTP/2 only its stream, since other requests on the connection are
     * fine.
     */
    private static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }
}
