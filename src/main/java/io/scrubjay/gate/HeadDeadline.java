// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which no request is under way and none has begun for too long. It counts whole heads and not
 * bytes, so that nobody holds a connection by sending one slowly; TLS's handshake and connections that are merely kept
 * are held to the same.
 *
 * <p>Confined to the connection's event loop.
 */
final class HeadDeadline {
    private static final AttributeKey<HeadDeadline> KEY = AttributeKey.valueOf(HeadDeadline.class, "deadline");

    private final Channel channel;
    private final long timeoutNanos;
    private int underWay;
    private long quietSince = System.nanoTime();

    private HeadDeadline(Channel channel, Duration timeout) {
        this.channel = channel;
        this.timeoutNanos = timeout.toNanos();
    }

    /** Begins to watch a connection that has just been accepted. */
    static void watch(Channel channel, Duration timeout) {
        HeadDeadline deadline = new HeadDeadline(channel, timeout);
        channel.attr(KEY).set(deadline);
        deadline.lookAfter(deadline.timeoutNanos);
    }

    /** Takes note of a request whose head is complete. */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            Attribute<HeadDeadline> deadline = connection.channel().attr(KEY);
            if (deadline.get() != null) {
                deadline.get().began(request);
            }
        }
        request.next();
    }

    private void began(RoutingContext request) {
        underWay++;
        RequestEnd.of(request, outcome -> channel.eventLoop().execute(this::ended));
    }

    private void ended() {
        underWay--;
        quietSince = System.nanoTime();
    }

    private void look() {
        long left = underWay > 0 ? timeoutNanos : timeoutNanos - (System.nanoTime() - quietSince);
        if (left > 0) {
            lookAfter(left);
        } else {
            ChannelFuture unused = channel.close();
        }
    }

    private void lookAfter(long nanos) {
        if (channel.isOpen()) {
            Future<?> unused = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }
    }
}
