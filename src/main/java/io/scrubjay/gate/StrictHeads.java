package io.scrubjay.gate;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.VertxHandler;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Puts {@link StrictRequestDecoder} into every HTTP/1 connection that a server of this process accepts, in the place of
 * the framework's decoder. Both servers, the API's and the management interface's, get the API's limits on a head.
 *
 * <p>Thread-safe.
 */
@RegisterForReflection // In a native executable, services that others look for are not found by themselves.
public final class StrictHeads extends ChannelInitializerExtension {
    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Replacement());
    }

    /** The parts of a server's options that a decoder asks for. */
    private static HttpServerOptions limits() {
        Config config = ConfigProvider.getConfig();
        return new HttpServerOptions()
                .setMaxInitialLineLength(config.getValue("quarkus.http.limits.max-initial-line-length", Integer.class))
                .setMaxHeaderSize(bytes(config, "quarkus.http.limits.max-header-size"))
                .setMaxChunkSize(bytes(config, "quarkus.http.limits.max-chunk-size"));
    }

    private static int bytes(Config config, String key) {
        return Math.toIntExact(config.getValue(key, MemorySize.class).asLongValue());
    }

    /**
     * Waits for the first bytes: only then are all handlers of the connection in place. With TLS those are the first
     * decrypted ones, so it moves behind the handshake, after which Vert.x puts the decoder behind it.
     */
    private static final class Replacement extends ChannelInboundHandlerAdapter {
        private static final String DECODER = "httpDecoder";
        private static final String HANDSHAKE = "handshaker";

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelPipeline pipeline = context.pipeline();
            if (pipeline.get(HANDSHAKE) != null) {
                pipeline.addAfter(HANDSHAKE, null, new Replacement());
            } else if (pipeline.get(DECODER) != null) {
                pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(limits()));
                answerRefusals(pipeline);
            }
            context.fireChannelRead(bytes);
            pipeline.remove(this);
        }

        private static void answerRefusals(ChannelPipeline pipeline) {
            ChannelHandler last = pipeline.get(VertxHandler.class);
            if (last instanceof VertxHandler<?> vertx
                    && vertx.getConnection() instanceof HttpServerConnection connection) {
                connection.invalidRequestHandler(RefusedHead::answer);
            }
        }
    }
}
