// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in two steps: first the way out, so that the client sees the end of its answer, then, once the
 * client has closed too or some time has passed, the rest. A connection that is closed while bytes still come in is reset,
 * and the client loses the answer that says why.
 *
 * <p>Confined to the connection's event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
    private static final long LINGER_SECONDS = 5;

    private boolean closing;

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (closing) {
            ReferenceCountUtil.release(bytes);
        } else {
            context.fireChannelRead(bytes);
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
        context.flush();
        channel.config().setAutoRead(true);
        ChannelFuture unused = channel.shutdownOutput();
        Future<?> late =
                context.executor().schedule(() -> closeNow(context, promise), LINGER_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> {
            late.cancel(false);
            promise.trySuccess();
        });
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
