// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

import java.util.List;
import java.util.Optional;

/**
 * Refuses heads and bodies that Netty accepts but a proxy in front may read differently ({@link HeadRules},
 * {@link FramedLines}, {@link ChunkedBody}). If the two disagree on where a request ends, an attacker can hide a
 * request in the body of another.
 *
 * <p>They are passed on as undecodable, like those that Netty itself refuses; the following bytes on the connection are
 * discarded, and the connection is closed after the response. Confined to the connection's event loop.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private static final String NOT_ASCII = "a chunk extension has non-ASCII characters";

    private FramedLines head = FramedLines.ofHead();
    private Optional<ChunkedBody> chunked = Optional.empty();
    private boolean inHead = true;
    private boolean refused;

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
        if (messages.stream().skip(known).noneMatch(StrictRequestDecoder::hasFailed)) {
            look(bytes, begin, messages, known);
        }
        for (int index = known; index < messages.size(); index++) {
            follow(context, messages.get(index));
            if (refused) {
                bytes.skipBytes(bytes.readableBytes());
                dropFrom(messages, index + 1);
            }
        }
    }

    private static boolean hasFailed(Object message) {
        return message instanceof HttpRequest request
                ? request.decoderResult().isFailure()
                : message instanceof HttpContent content
                        && content.decoderResult().isFailure();
    }

    /** Checks the bytes that have just been decoded: they belong either all to a head, or all to a body. */
    private void look(ByteBuf bytes, int begin, List<Object> messages, int known) {
        if (inHead) {
            for (int index = begin; index < bytes.readerIndex(); index++) {
                boolean unused = head.take(bytes.getByte(index));
            }
            return;
        }
        chunked.ifPresent(body -> {
            body.take(bytes, begin, bytes.readerIndex());
            if (messages.stream().skip(known).anyMatch(LastHttpContent.class::isInstance)) {
                body.end();
            }
            body.broken().ifPresent(why -> {
                dropFrom(messages, known);
                messages.add(brokenEnd(why));
            });
        });
    }

    private static HttpContent brokenEnd(String why) {
        HttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        end.setDecoderResult(DecoderResult.failure(new RefusedHead(why)));
        return end;
    }

    private static void dropFrom(List<Object> messages, int first) {
        for (int last = messages.size() - 1; last >= first; last--) {
            ReferenceCountUtil.release(messages.remove(last));
        }
    }

    private void follow(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            inHead = false;
            if (request.decoderResult().isSuccess()) {
                head.broken()
                        .or(() -> HeadRules.broken(request))
                        .ifPresent(why -> request.setDecoderResult(DecoderResult.failure(new RefusedHead(why))));
            }
            if (request.decoderResult().isFailure()) {
                refused = true;
                answerAsHttp(request);
                context.pipeline().addFirst(new LingeringClose());
            }
            chunked = HttpUtil.isTransferEncodingChunked(request) ? Optional.of(new ChunkedBody()) : Optional.empty();
        } else if (hasFailed(message)) {
            refused = true;
            sayPlainly((HttpContent) message);
        }
        if (message instanceof LastHttpContent) {
            inHead = true;
            head = FramedLines.ofHead();
        }
    }

    /**
     * Replaces the text of Netty's failure: Netty fails on characters outside ASCII in a quoted chunk extension, with a
     * text about an index.
     */
    private static void sayPlainly(HttpContent broken) {
        if (broken.decoderResult().cause() instanceof IndexOutOfBoundsException) {
            broken.setDecoderResult(DecoderResult.failure(new RefusedHead(NOT_ASCII)));
        }
    }

    /** Sets a valid version of HTTP: the response uses the version of the request, which may be unknown. */
    private static void answerAsHttp(HttpRequest request) {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
    }
}
