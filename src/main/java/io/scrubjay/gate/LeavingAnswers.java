// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The answers of an HTTP/1 connection that have ended and whose last bytes the client has not taken yet. Confined to the
 * connection's event loop, but for {@link #any}.
 */
final class LeavingAnswers {
    private final Channel channel;
    private final Runnable gone;
    private final AtomicInteger count = new AtomicInteger();
    private long pendingBytesSeen = -1;

    /** @param gone is run each time the last byte of an answer has left */
    LeavingAnswers(Channel channel, Runnable gone) {
        this.channel = channel;
        this.gone = gone;
    }

    /** Takes note of an answer that has been written; what is written next leaves behind it. */
    void add() {
        count.incrementAndGet();
        ChannelFuture unused = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> {
            gone.run();
            count.decrementAndGet();
        });
    }

    /** Whether some of an answer is still here; in any thread. */
    boolean any() {
        return count.get() > 0;
    }

    /** Whether the client has taken nothing since the last call; not at the first one. */
    boolean isStuck() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        long bytes = pending == null ? 0 : pending.totalPendingWriteBytes();
        boolean isStuck = bytes == pendingBytesSeen;
        pendingBytesSeen = bytes;
        return isStuck;
    }
}
