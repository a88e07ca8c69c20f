// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;

/**
 * Keeps an answer to a request that its client has taken back from ending the HTTP/2 connection, and with it all other
 * requests of that: Netty does not find the stream any more, and Vert.x closes the connection after every failure that it is
 * told of there. Nobody misses the answer. Confined to the connection's event loop.
 */
final class GoneStreams extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!isOfAGoneStream(failure)) {
            context.fireExceptionCaught(failure);
        }
    }

    private static boolean isOfAGoneStream(Throwable failure) {
        StackTraceElement[] places = failure.getStackTrace();
        return (failure instanceof IllegalArgumentException || failure instanceof IllegalStateException)
                && String.valueOf(failure.getMessage()).startsWith("Stream ")
                && places.length > 0
                && places[0].getClassName().equals(DefaultHttp2ConnectionEncoder.class.getName());
    }
}
