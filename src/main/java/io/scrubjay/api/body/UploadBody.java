// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Moves a request's body to its target, no faster than the target takes it: while the target has no room, nothing is
 * read from the socket, and TCP holds the client back.
 *
 * <p>Confined to the request's event loop. It only copies bytes; other threads access the device, hash and wait.
 */
public final class UploadBody {
    private final RoutingContext routing;
    private final HttpServerRequest request;
    private final BodyTarget target;
    private final Context loop;
    private final BodySource source;
    private final Deque<ByteBuf> leftOver = new ArrayDeque<>();
    private boolean bodyEnded;
    private boolean over;

    public UploadBody(RoutingContext routing, BodyTarget target, Context loop) {
        this.routing = routing;
        this.request = routing.request();
        this.target = target;
        this.loop = loop;
        this.source = BodySource.of(request);
    }

    /** Begins to read. If the request was broken off while its target was being created, the target is cut off. */
    public void start() {
        CompletionStage<?> unused = target.useless()
                .thenRun(() -> loop.runOnContext(now -> cut(new RefusedException(
                        Refusal.CANCELLED, "the upload was cancelled; its remaining bytes are not read"))));
        if (request.isEnded()) {
            // Over before anybody listened. Quarkus throws away the body of a connection that has ended, and a request
            // that was taken back counts as ended in HTTP/2; without either, there was no body.
            if (request.response().closed()) {
                lost(connectionEnded());
            } else {
                bodyEnded();
            }
            return;
        }
        request.exceptionHandler(broken -> lost(isBadHttp(broken) ? badHttp(broken) : connectionEnded()));
        request.endHandler(end -> bodyEnded());
        source.start(loop, this::take);
        // ORDER: after what Vert.x holds, in which the end of the body may be. A connection that is closed by now
        // tells no handler any more.
        loop.runOnContext(now -> {
            if (request.response().closed()) {
                lost(connectionEnded());
            }
        });
    }

    private RefusedException connectionEnded() {
        return new RefusedException(
                Refusal.UPLOAD_CUT,
                "the connection ended after " + target.receivedBytes() + " bytes, before the whole body had"
                        + " arrived; send it again");
    }

    private RefusedException badHttp(Throwable broken) {
        return new RefusedException(
                Refusal.UPLOAD_CUT, "after " + target.receivedBytes() + " bytes the client sent invalid HTTP", broken);
    }

    /** Whether it was Netty that ended the connection: for a chunk's size, a line's length, a length announced. */
    private static boolean isBadHttp(Throwable broken) {
        return broken instanceof NumberFormatException
                || broken instanceof DecoderException
                || broken instanceof Http2Exception;
    }

    /** Handles a lost connection. A client that has sent everything need not wait for the response. */
    private void lost(RefusedException why) {
        if (!bodyEnded) {
            cut(why);
        }
    }

    /** Takes over one reference to the buffer. */
    private void take(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        leftOver.addLast(bytes);
        if (leftOver.size() == 1) {
            pass();
        }
    }

    private void pass() {
        while (!over && !leftOver.isEmpty()) {
            ByteBuf first = leftOver.peekFirst();
            ByteBuffer view = first.nioBuffer();
            target.receive(view);
            if (view.hasRemaining()) {
                first.skipBytes(first.readableBytes() - view.remaining());
                waitForRoom();
                return;
            }
            leftOver.removeFirst().release();
        }
        if (bodyEnded && !over) {
            over = true;
            target.complete();
        }
    }

    private void waitForRoom() {
        // INVARIANT I-10: the event loop does not wait for room: it stops reading, and goes on when it is told of room.
        source.pause();
        CompletableFuture<Void> unused = target.room().thenRun(() -> loop.runOnContext(now -> goOn()));
    }

    private void goOn() {
        pass();
        if (leftOver.isEmpty()) {
            source.resume();
        }
    }

    private void bodyEnded() {
        bodyEnded = true;
        BodyFault.of(routing).ifPresent(this::cut);
        if (leftOver.isEmpty()) {
            pass();
        }
    }

    private void cut(RefusedException why) {
        if (!over) {
            over = true;
            leftOver.forEach(ByteBuf::release);
            leftOver.clear();
            target.cut(why);
            // Later bytes are discarded, so that the client can read the response.
            source.resume();
        }
    }
}
