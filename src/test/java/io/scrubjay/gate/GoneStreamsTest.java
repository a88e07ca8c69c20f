// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import org.junit.jupiter.api.Test;

import java.io.IOException;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GoneStreamsTest {
    private static final int GONE = 5;

    private final Http2ConnectionHandler connection = new Http2ConnectionHandlerBuilder()
            .server(true)
            .frameListener(new Http2EventAdapter())
            .build();

    /** As Vert.x does it: whoever listens for failures of the connection hears of this one. */
    private void answer(EmbeddedChannel channel) {
        ChannelHandlerContext context = channel.pipeline().context(connection);
        ChannelFuture unused =
                connection.encoder().writeData(context, GONE, Unpooled.EMPTY_BUFFER, 0, true, context.voidPromise());
        channel.runPendingTasks();
    }

    private EmbeddedChannel channel(ChannelHandler... before) {
        EmbeddedChannel channel = new EmbeddedChannel(before);
        channel.pipeline().addLast(connection);
        return channel;
    }

    @Test
    void answerToARequestThatIsGoneIsAFailureOfTheConnectionByItself() {
        EmbeddedChannel channel = channel();
        answer(channel);
        assertThatThrownBy(channel::checkException).hasMessageStartingWith("Stream ");
    }

    @Test
    void answerToARequestThatIsGoneIsNoFailureOfTheConnection() {
        EmbeddedChannel channel = channel(new GoneStreams());
        answer(channel);
        assertThatCode(channel::checkException).doesNotThrowAnyException();
    }

    @Test
    void otherFailuresAre() {
        EmbeddedChannel channel = channel(new GoneStreams());
        channel.pipeline().fireExceptionCaught(new IOException("Stream of bytes ended"));
        assertThatThrownBy(channel::checkException).hasMessage("Stream of bytes ended");
        channel.pipeline().fireExceptionCaught(new IllegalStateException("Stream of ours"));
        assertThatThrownBy(channel::checkException).hasMessage("Stream of ours");
    }
}
