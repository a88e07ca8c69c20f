// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

import java.util.List;
import java.util.Optional;

/**
 * Refuses heads that Netty takes and a proxy in front may read differently ({@link HeadRules}). Wherever the two do not
 * agree on where a request ends, somebody can hide a request in another's body.
 *
 * <p>Such a head is passed on as one that could not be decoded, like those that Netty itself refuses; what follows it on
 * the connection is thrown away, and the connection is closed once it is answered. Confined to the connection's event
 * loop.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private boolean inHead = true;
    private boolean refused;
    private boolean folded;
    private byte lastOfHead;

    StrictRequestDecoder(HttpServerOptions limits) {
        super(limits);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> messages) throws Exception {
        if (refused) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        int begin = bytes.readerIndex();
        int known = messages.size();
        super.decode(context, bytes, messages);
        if (inHead) {
            lookForFolds(bytes, begin);
        }
        for (Object message : messages.subList(known, messages.size())) {
            follow(context, message);
        }
        if (refused) {
            bytes.skipBytes(bytes.readableBytes());
            messages.subList(known, messages.size()).removeIf(message -> !(message instanceof HttpRequest));
        }
    }

    /** A line that begins with a blank goes on with the field before it: obsolete, and read in different ways. */
    private void lookForFolds(ByteBuf bytes, int begin) {
        for (int index = begin; index < bytes.readerIndex(); index++) {
            byte now = bytes.getByte(index);
            folded |= lastOfHead == '\n' && (now == ' ' || now == '\t');
            lastOfHead = now;
        }
    }

    private void follow(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest head) {
            inHead = false;
            Optional<String> broken = folded ? Optional.of(HeadRules.FOLDED) : HeadRules.broken(head);
            if (head.decoderResult().isSuccess()) {
                broken.ifPresent(why -> head.setDecoderResult(DecoderResult.failure(new RefusedHead(why))));
            }
            if (head.decoderResult().isFailure()) {
                refused = true;
                context.pipeline().addFirst(new LingeringClose());
            }
        }
        if (message instanceof LastHttpContent) {
            inHead = true;
            lastOfHead = 0;
        }
    }
}
