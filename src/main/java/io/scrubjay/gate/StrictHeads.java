// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.VertxHandler;

/**
 * Puts {@link StrictRequestDecoder} into every HTTP/1 connection that a server of this process accepts, in place of the
 * framework's decoder, and {@link Http2Heads} into every HTTP/2 connection. Both servers, the API's and the management
 * interface's, get the API's limits on a head.
 *
 * <p>Thread-safe.
 */
@RegisterForReflection // In a native executable, services are not found automatically.
public final class StrictHeads extends ChannelInitializerExtension {
    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Replacement(false));
    }

    /**
     * Waits for the first bytes. If there is no decoder yet, another handler of Vert.x must see the bytes first, to end
     * the TLS handshake or to find out the version of HTTP; that handler then adds the decoder at the end. So this
     * handler moves to the end first, and the decoder comes after it.
     */
    private static final class Replacement extends ChannelInboundHandlerAdapter {
        private static final String DECODER = "httpDecoder";

        private final boolean moved;

        private Replacement(boolean moved) {
            this.moved = moved;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelPipeline pipeline = context.pipeline();
            if (pipeline.get(DECODER) != null) {
                pipeline.replace(
                        DECODER,
                        DECODER,
                        new StrictRequestDecoder(HeadLimits.configured().ofHttp1()));
                answerRefusals(pipeline);
            } else if (!moved) {
                pipeline.addLast(new Replacement(true));
            } else {
                Http2Heads.watch(pipeline, HeadLimits.configured());
            }
            context.fireChannelRead(bytes);
            // An upgrade to HTTP/2 removes all handlers, including this one.
            if (!context.isRemoved()) {
                pipeline.remove(this);
            }
        }

        private static void answerRefusals(ChannelPipeline pipeline) {
            if (!Answers.takeOver(pipeline)) {
                pipeline.addLast(new Answers());
            }
        }
    }

    /** Waits for the first request, in cases where Vert.x adds its own handler at the end only then. */
    private static final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            takeOver(context.pipeline());
            context.fireChannelRead(message);
            if (!context.isRemoved()) {
                context.pipeline().remove(this);
            }
        }

        /** Makes the agent answer refused heads, if Vert.x' handler is already there; returns whether it was. */
        private static boolean takeOver(ChannelPipeline pipeline) {
            ChannelHandlerContext last = pipeline.context(VertxHandler.class);
            if (last != null
                    && last.handler() instanceof VertxHandler<?> vertx
                    && vertx.getConnection() instanceof HttpServerConnection connection) {
                connection.invalidRequestHandler(RefusedHead::answer);
                Exchanges.watch(pipeline, last.name());
                return true;
            }
            return false;
        }
    }
}
