// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.scrubjay.api.body.UnreadBody;

import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in two steps: first the sending side, so that the client sees the end of its response; then, once
 * the client has closed its side or keeps sending for too long, the rest. A connection that is closed while bytes still
 * arrive is reset, and the client loses the response that says why. Many clients read no response before they have sent
 * everything.
 *
 * <p>A client that sends nothing has five seconds, one that keeps sending has thirty. A client that must not send
 * anything ({@link UnreadBody#bytesMax}) has five seconds altogether, and one second after it has sent too much.
 *
 * <p>Confined to the connection's event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
    private static final long SILENCE_SECONDS = 5;
    private static final int LOOKS_MAX = 6;
    private static final long UNWANTED_SECONDS = 1;

    private boolean closing;
    private long unwantedAfterBytes;
    private long droppedBytes;
    private long droppedBytesSeen;
    private int looks;
    private Optional<Future<?>> next = Optional.empty();

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (closing) {
            drop(context, bytes);
        } else {
            context.fireChannelRead(bytes);
        }
    }

    private void drop(ChannelHandlerContext context, Object bytes) {
        boolean wasWanted = droppedBytes <= unwantedAfterBytes;
        droppedBytes += bytes instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(bytes);
        if (wasWanted && droppedBytes > unwantedAfterBytes) {
            context.channel().config().setAutoRead(false);
            after(context, UNWANTED_SECONDS, () -> closeNow(context, context.newPromise()));
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (closing
                || !(context.channel() instanceof DuplexChannel channel)
                || !channel.isActive()
                || channel.isInputShutdown()) {
            closeNow(context, promise);
            return;
        }
        closing = true;
        unwantedAfterBytes = UnreadBody.bytesMax(channel);
        context.flush();
        channel.config().setAutoRead(true);
        ChannelFuture unused = channel.shutdownOutput();
        after(context, SILENCE_SECONDS, () -> look(context));
        channel.closeFuture().addListener(closed -> {
            next.ifPresent(look -> look.cancel(false));
            promise.trySuccess();
        });
    }

    /** Closes the connection if the client has sent nothing since the last check, or has kept sending for too long. */
    private void look(ChannelHandlerContext context) {
        looks++;
        if (droppedBytes == droppedBytesSeen || looks == LOOKS_MAX) {
            closeNow(context, context.newPromise());
        } else {
            droppedBytesSeen = droppedBytes;
            after(context, SILENCE_SECONDS, () -> look(context));
        }
    }

    private void after(ChannelHandlerContext context, long seconds, Runnable step) {
        next.ifPresent(earlier -> earlier.cancel(false));
        next = Optional.of(context.executor().schedule(step, seconds, TimeUnit.SECONDS));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (closing && event == ChannelInputShutdownEvent.INSTANCE) {
            closeNow(context, context.newPromise());
        }
        context.fireUserEventTriggered(event);
    }

    private static void closeNow(ChannelHandlerContext context, ChannelPromise promise) {
        ChannelFuture unused = context.close(promise);
    }
}
