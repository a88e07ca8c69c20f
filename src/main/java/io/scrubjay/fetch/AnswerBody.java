// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.ingest.Ingest;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpClientResponse;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Moves the body of an answer into the ingest, no faster than the ingest takes it: while it has no room, nothing is read
 * from the socket. Bytes that have been taken before are compared instead, where they can be. Confined to the fetch's
 * event loop; it only copies bytes and computes a CRC.
 */
final class AnswerBody {
    /** Listens to the answer; it is not called after {@link #stop}. */
    interface Course {
        /** What has been taken before is the beginning of this body, or is not part of it. */
        void same();

        /** The ingest has taken new bytes. */
        void progressed();

        /** The body has ended as HTTP says that it ends. */
        void ended();

        /** The connection has ended before. */
        void broken(Throwable failure);

        /**
         * The body is not the file whose bytes have been taken before.
         *
         * @param how for people
         */
        void differs(String how);
    }

    private final Context loop;
    private final HttpClientResponse response;
    private final TakenBytes.Repeat repeat;
    private final FetchedFile file;
    private final Ingest ingest;
    private final SilenceWatch watch;
    private final Course course;
    private boolean isCompared;
    private boolean isOver;

    AnswerBody(
            Context loop,
            HttpClientResponse response,
            TakenBytes.Repeat repeat,
            FetchedFile file,
            Ingest ingest,
            SilenceWatch watch,
            Course course) {
        this.loop = loop;
        this.response = response;
        this.repeat = repeat;
        this.file = file;
        this.ingest = ingest;
        this.watch = watch;
        this.course = course;
    }

    /** Begins to read; must be called before the first byte can have come. */
    void start() {
        response.handler(this::take);
        response.exceptionHandler(failure -> {
            if (!isOver) {
                course.broken(failure);
            }
        });
        response.endHandler(end -> end());
    }

    void stop() {
        isOver = true;
    }

    private void take(Buffer buffer) {
        if (isOver) {
            return;
        }
        watch.heard();
        ByteBuffer piece = ((BufferImpl) buffer).byteBuf().nioBuffer();
        repeat.pass(piece);
        if (repeat.isOver() && isSame()) {
            pass(piece);
        }
    }

    private boolean isSame() {
        if (isCompared) {
            return true;
        }
        isCompared = true;
        if (!repeat.isSame()) {
            course.differs("it begins with other bytes now");
            return false;
        }
        course.same();
        return true;
    }

    private void pass(ByteBuffer piece) {
        if (file.length().isPresent()
                && file.taken().count() + piece.remaining() > file.length().getAsLong()) {
            course.differs("it has more than the announced " + file.length().getAsLong() + " bytes");
            return;
        }
        int from = piece.position();
        ingest.receive(piece);
        if (piece.position() > from) {
            file.taken().add(piece.slice(from, piece.position() - from));
            course.progressed();
        }
        if (piece.hasRemaining()) {
            waitForRoom(piece);
        }
    }

    private void waitForRoom(ByteBuffer piece) {
        response.pause();
        watch.heldBack();
        CompletableFuture<Void> unused = ingest.room().thenRun(() -> loop.runOnContext(now -> goOn(piece)));
    }

    private void goOn(ByteBuffer piece) {
        if (isOver) {
            return;
        }
        watch.heard();
        pass(piece);
        if (!piece.hasRemaining()) {
            response.resume();
        }
    }

    private void end() {
        if (isOver) {
            return;
        }
        if (repeat.isOver()) {
            course.ended();
        } else {
            course.differs("it has less than the " + file.taken().count() + " bytes that it had");
        }
    }
}
