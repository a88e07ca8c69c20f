// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.api.problem.CutAnswer;
import io.scrubjay.engine.Stages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;

/**
 * Sends one {@link OutgoingBody}: asks for the next bytes when the socket has taken the previous ones, and releases
 * everything when the client disconnects or reads nothing for too long. If the first bytes cannot be had, the client
 * gets a problem; a response that has begun can only be cut off.
 *
 * <p>Confined to the request's event loop.
 */
final class Outflow {
    private static final Logger LOG = Logger.getLogger(Outflow.class);

    /**
     * The size of one write with HTTP/2, where more would not fit into one frame. A client that takes this much,
     * however slowly, is not idle.
     */
    private static final int FRAME_BYTES_MAX = 16 << 10;
    /** The same for HTTP/1, where each write costs a system call. */
    private static final int WRITE_BYTES_MAX = 128 << 10;

    private final OutgoingBody body;
    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final Vertx vertx;
    private final Context loop;
    private final Duration stallTimeout;
    private final int writeBytesMax;
    private final Ending ending;
    private boolean isOver;
    private long stallTimer = -1;
    private long taken;
    private long takenSeen;
    private Future<Void> lastWrite = Future.succeededFuture();

    /** Is told of the end: one of these is called, once nothing more will be written. */
    interface Ending {
        /** The body was sent, or cut off. */
        void sent();

        /** Nothing was sent, not even the head: the client can still be told why. */
        void refused(RuntimeException why);
    }

    /**
     * @param loop the request's event loop
     * @param stallTimeout how long the client may read nothing
     */
    Outflow(OutgoingBody body, RoutingContext routing, Context loop, Duration stallTimeout, Ending ending) {
        this.body = body;
        this.routing = routing;
        this.response = routing.response();
        this.vertx = routing.vertx();
        this.loop = loop;
        this.stallTimeout = stallTimeout;
        this.writeBytesMax = routing.request().version() == HttpVersion.HTTP_2 ? FRAME_BYTES_MAX : WRITE_BYTES_MAX;
        this.ending = ending;
    }

    /** Begins to send. For any thread. */
    void start() {
        loop.runOnContext(now -> {
            // Runs when the response has ended, and also when the connection did so before.
            routing.addEndHandler(ended -> loop.runOnContext(then -> over()));
            if (response.closed()) {
                over();
            } else {
                step();
            }
        });
    }

    private void step() {
        // INVARIANT I-10: the event loop does not wait for the next part: it goes on when the part is there.
        var unused = body.next()
                .whenComplete((part, failure) -> loop.runOnContext(now -> {
                    if (failure != null) {
                        fail(Stages.unwrapped(failure));
                    } else {
                        take(part);
                    }
                }));
    }

    private void take(Optional<OutgoingBody.Part> part) {
        if (isOver) {
            part.ifPresent(unwanted -> unwanted.sent().run());
        } else if (part.isEmpty()) {
            stallTimer = newStallTimer();
            lastWrite.onComplete(taken -> loop.runOnContext(now -> end()));
        } else {
            send(part.get());
        }
    }

    /** The socket has taken everything: an agent that stops, and waits for the body's end, may close the connection. */
    private void end() {
        if (!isOver && !response.closed()) {
            response.end();
        }
        over();
    }

    private void send(OutgoingBody.Part part) {
        Buffer bytes = part.bytes();
        lastWrite = Future.succeededFuture();
        try {
            for (int from = 0; from < bytes.length(); from += writeBytesMax) {
                int to = Math.min(bytes.length(), from + writeBytesMax);
                lastWrite = response.write(bytes.slice(from, to)).onSuccess(written -> taken++);
            }
        } catch (IllegalStateException ended) {
            cut(ended);
        }
        // The writes end in their order.
        lastWrite.onComplete(written -> part.sent().run());
        if (isOver) {
            return;
        }
        if (response.writeQueueFull()) {
            waitForRoom();
        } else {
            step();
        }
    }

    private void waitForRoom() {
        stallTimer = newStallTimer();
        response.drainHandler(room -> {
            if (vertx.cancelTimer(stallTimer) && !isOver) {
                step();
            }
        });
    }

    private long newStallTimer() {
        takenSeen = taken;
        return vertx.setTimer(stallTimeout.toMillis(), late -> look());
    }

    /** A slow client may take one part for longer than one that takes nothing is waited for. */
    private void look() {
        if (taken == takenSeen) {
            cut(new StalledClient(stallTimeout));
        } else {
            stallTimer = newStallTimer();
        }
    }

    private void fail(RuntimeException failure) {
        if (!isOver && !response.headWritten() && !response.closed()) {
            close();
            ending.refused(failure);
        } else {
            cut(failure);
        }
    }

    private void cut(Throwable failure) {
        if (!isOver) {
            LOG.warnf("a response was cut off: %s", failure.getMessage());
            over();
            // Ending it normally would make the sent bytes look complete.
            CutAnswer.cut(routing.request());
        }
    }

    private void over() {
        if (!isOver) {
            close();
            ending.sent();
        }
    }

    private void close() {
        isOver = true;
        vertx.cancelTimer(stallTimer);
        body.close();
    }

    private static final class StalledClient extends RuntimeException {
        private static final long serialVersionUID = 1;

        private StalledClient(Duration waited) {
            super("the client has read nothing for " + waited.toSeconds() + " seconds");
        }
    }
}
