// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.SmallRyeConfig;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Watches every connection that a server of this process accepts, and limits their number. Vert.x has no limit on how
 * long a head may take, and no way to add one; Netty has this extension point, for which {@link #enable} must be called
 * before the first use of Netty.
 *
 * <p>Thread-safe.
 */
@RegisterForReflection // In a native executable, services are not found automatically.
public final class HeadDeadlines extends ChannelInitializerExtension {
    /** The connections of all servers: Netty creates one extension for all of them. */
    private final Connections connections = new Connections();

    private final FullServers full = new FullServers(System::nanoTime);
    /** Read once: a limit that is changed later changes nothing here. */
    private final int connectionsMax = FileDescriptors.forConnections(FileDescriptors.limit());

    /** Makes Netty look for extensions such as this one, unless its setting is already configured. */
    public static void enable() {
        if (System.getProperty(EXTENSIONS_SYSTEM_PROPERTY) == null) {
            System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Start());
    }

    private void began(Channel channel) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        GateConfig gate = config.getConfigMapping(GateConfig.class);
        HeadDeadline.watch(channel, gate).ifPresent(connection -> {
            boolean isManagement = isManagement(config, connection.port());
            Connections.Admission admission = connections.admit(
                    connection,
                    isManagement
                            ? new Connections.Bounds(connectionsMax, gate.managementConnectionsMax(), Integer.MAX_VALUE)
                            : new Connections.Bounds(connectionsMax, ofApi(gate), gate.connectionsPerPeerMax()));
            if (admission == Connections.Admission.REFUSED) {
                connection.close();
            } else {
                ChannelFuture unused = channel.closeFuture().addListener(closed -> connections.ended(connection));
            }
            if (admission != Connections.Admission.ADMITTED) {
                full.tell(connection.port(), connection.peer());
            }
        });
    }

    /** The limit of the API: if there are few descriptors, it leaves some for probes, but has at least half of them. */
    private int ofApi(GateConfig gate) {
        int left = Math.max(connectionsMax / 2, connectionsMax - gate.managementConnectionsMax());
        return Math.min(gate.connectionsMax(), left);
    }

    /**
     * Whether this is the management port. If any free port was configured, the framework shows the port that it got as
     * the configured one.
     */
    private static boolean isManagement(SmallRyeConfig config, int port) {
        return isPort(config, "quarkus.management.port", port) || isPort(config, "quarkus.management.test-port", port);
    }

    private static boolean isPort(SmallRyeConfig config, String key, int port) {
        return config.getOptionalValue(key, Integer.class)
                .filter(configured -> configured == port)
                .isPresent();
    }

    /** Waits until the connection has its event loop and its addresses. */
    private final class Start extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            began(context.channel());
            context.fireChannelActive();
        }
    }
}
