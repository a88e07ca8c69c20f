// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.SmallRyeConfig;
import org.eclipse.microprofile.config.ConfigProvider;

import java.time.Duration;

/**
 * Watches every connection that a server of this process accepts. Vert.x has no limit on how long a head may take, and
 * no place to add one; Netty has this one, for which {@link #enable} has to come before the first use of Netty.
 *
 * <p>Thread-safe.
 */
@RegisterForReflection // In a native executable, services that others look for are not found by themselves.
public final class HeadDeadlines extends ChannelInitializerExtension {
    /** Tells Netty to look for extensions such as this one, unless something else is wanted of it. */
    public static void enable() {
        if (System.getProperty(EXTENSIONS_SYSTEM_PROPERTY) == null) {
            System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        Duration timeout = ConfigProvider.getConfig()
                .unwrap(SmallRyeConfig.class)
                .getConfigMapping(GateConfig.class)
                .headTimeout();
        channel.pipeline().addFirst(new Start(timeout));
    }

    /** Waits until the connection has its event loop. */
    private static final class Start extends ChannelInboundHandlerAdapter {
        private final Duration timeout;

        private Start(Duration timeout) {
            this.timeout = timeout;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            HeadDeadline.watch(context.channel(), timeout);
            context.pipeline().remove(this);
            context.fireChannelActive();
        }
    }
}
