// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes a connection on which no request is in progress and none has begun for too long. It counts complete heads
 * rather than bytes, so that a client cannot keep a connection by sending a head slowly; TLS handshakes and idle
 * connections have the same deadline. The deadline for the first request is shorter than for later ones.
 *
 * <p>Confined to the connection's event loop, except for the methods that {@link Connections} calls.
 */
final class HeadDeadline implements Connections.Connection {
    private static final AttributeKey<HeadDeadline> KEY = AttributeKey.valueOf(HeadDeadline.class, "deadline");

    /** A host with one address of an IPv6 network can have as many as it wants. */
    private static final int NETWORK_BYTES = 8;

    private final Channel channel;
    private final int port;
    private final InetAddress peer;
    private final long firstTimeoutNanos;
    private final long timeoutNanos;
    private volatile boolean hasAsked;
    private final AtomicInteger underWay = new AtomicInteger();
    private final LeavingAnswers leaving;
    private volatile long quietSince = System.nanoTime();
    private Optional<Future<?>> nextLook = Optional.empty();

    private HeadDeadline(Channel channel, int port, InetAddress peer, GateConfig config) {
        this.channel = channel;
        this.leaving = new LeavingAnswers(channel, () -> quietSince = System.nanoTime());
        this.port = port;
        this.peer = peer;
        this.timeoutNanos = config.headTimeout().toNanos();
        this.firstTimeoutNanos =
                Math.min(timeoutNanos, config.firstHeadTimeout().toNanos());
    }

    /** Begins to watch a connection that has just been accepted; empty if it has ended since. */
    static Optional<HeadDeadline> watch(Channel channel, GateConfig config) {
        if (!(channel.localAddress() instanceof InetSocketAddress local)
                || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        HeadDeadline deadline = new HeadDeadline(channel, local.getPort(), network(remote.getAddress()), config);
        channel.attr(KEY).set(deadline);
        deadline.lookAfter(deadline.firstTimeoutNanos);
        // A scheduled check would keep the connection in memory.
        ChannelFuture unused = channel.closeFuture().addListener(closed -> deadline.lookNoMore());
        return Optional.of(deadline);
    }

    static InetAddress network(InetAddress peer) {
        if (!(peer instanceof Inet6Address)) {
            return peer;
        }
        byte[] address = peer.getAddress();
        Arrays.fill(address, NETWORK_BYTES, address.length, (byte) 0);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public InetAddress peer() {
        return peer;
    }

    @Override
    public boolean hasAsked() {
        return hasAsked;
    }

    @Override
    public OptionalLong quietNanos() {
        return isBusy() ? OptionalLong.empty() : OptionalLong.of(System.nanoTime() - quietSince);
    }

    @Override
    public void close() {
        if (channel.eventLoop().inEventLoop()) {
            ChannelFuture unused = channel.close();
        } else {
            channel.eventLoop().execute(this::closeUnlessAsked);
        }
    }

    private boolean isBusy() {
        // ORDER: record that a response is being sent before its request is no longer in progress.
        return underWay.get() > 0 || leaving.any();
    }

    /**
     * Closes the connection, unless a request has arrived since another thread decided to close it; such a request is
     * answered.
     */
    private void closeUnlessAsked() {
        if (!isBusy()) {
            ChannelFuture unused = channel.close();
        }
    }

    /** Registers a request whose head is complete. */
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
        hasAsked = true;
        underWay.incrementAndGet();
        RequestEnd.of(request, outcome -> channel.eventLoop().execute(this::ended));
    }

    private void ended() {
        if (channel.pipeline().get(Http2ConnectionHandler.class) == null) {
            leaving.add();
        }
        // ORDER: a thread that sees no request in progress also sees since when.
        quietSince = System.nanoTime();
        underWay.decrementAndGet();
    }

    private void look() {
        long patience = hasAsked ? timeoutNanos : firstTimeoutNanos;
        long left = underWay.get() > 0 ? patience : patience - (System.nanoTime() - quietSince);
        if (left > 0) {
            lookAfter(left);
        } else if (!leaving.any()) {
            close();
        } else if (leaving.isStuck()) {
            // A close through Vert.x would wait for a client that reads nothing.
            ChannelFuture unused = channel.pipeline().firstContext().close();
        } else {
            lookAfter(patience);
        }
    }

    private void lookAfter(long nanos) {
        if (channel.isOpen()) {
            nextLook = Optional.of(channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS));
        }
    }

    private void lookNoMore() {
        nextLook.ifPresent(look -> look.cancel(false));
    }
}
