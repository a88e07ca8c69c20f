// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;

/**
 * Prevents the response to a cancelled request from ending its HTTP/2 connection, and with it all other requests on
 * that connection: Netty no longer finds the stream, and Vert.x closes the connection after every failure that it hears
 * of in this way. Nobody misses the response. Confined to the connection's event loop.
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
