// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The complete responses of an HTTP/1 connection whose last bytes the client has not received yet. Confined to the
 * connection's event loop, except for {@link #any}.
 */
final class LeavingAnswers {
    private final Channel channel;
    private final Runnable gone;
    private final AtomicInteger count = new AtomicInteger();
    private long pendingBytesSeen = -1;

    /**
     * @param gone runs each time the last byte of a response has been sent
     */
    LeavingAnswers(Channel channel, Runnable gone) {
        this.channel = channel;
        this.gone = gone;
    }

    /** Registers a response that has been written; later writes are sent after it. */
    void add() {
        count.incrementAndGet();
        ChannelFuture unused = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> {
            gone.run();
            count.decrementAndGet();
        });
    }

    /** Whether a part of a response is still to be sent; for any thread. */
    boolean any() {
        return count.get() > 0;
    }

    /** Whether the client has received nothing since the last call; false at the first call. */
    boolean isStuck() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        long bytes = pending == null ? 0 : pending.totalPendingWriteBytes();
        boolean isStuck = bytes == pendingBytesSeen;
        pendingBytesSeen = bytes;
        return isStuck;
    }
}
