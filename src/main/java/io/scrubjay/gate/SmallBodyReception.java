// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.body.BodyDigests;
import io.scrubjay.api.body.BodyFault;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.CompletionStage;

/**
 * Receives one small body completely, with limits on size and time. After a failure, the bytes that still arrive are
 * discarded, and after a while the connection is closed, or with HTTP/2 the stream.
 *
 * <p>Confined to the request's event loop.
 */
final class SmallBodyReception {
    /** The result of the reception. */
    sealed interface Outcome {}

    /** The body was received. */
    record Whole(Buffer body) implements Outcome {}

    /** The body was not received; this is the response, if the client is still connected. */
    record Missing(Problem problem) implements Outcome {}

    private final RoutingContext routed;
    private final HttpServerRequest request;
    private final Context loop;
    private final GateConfig config;
    private final UniEmitter<? super Outcome> outcome;
    private final Buffer received = Buffer.buffer();
    private long timer;
    private boolean over;

    private SmallBodyReception(
            RoutingContext routed, Context loop, GateConfig config, UniEmitter<? super Outcome> outcome) {
        this.routed = routed;
        this.request = routed.request();
        this.loop = loop;
        this.config = config;
        this.outcome = outcome;
    }

    /**
     * Receives a body that nobody has begun to read. Called on any thread; the outcome arrives on the request's event
     * loop.
     *
     * <p>It is {@link Missing} with {@code invalid-request} if {@link BodyFault} says so, with a problem of
     * {@link BodyDigests} if the digest does not match, with {@code too-large}, with {@code request-timeout}, with
     * {@code busy} if another request needs its place, or with {@code upload-cut} if its sender is gone.
     */
    static Uni<Outcome> of(RoutingContext request, ComingBody coming, GateConfig config) {
        Context loop = ((HttpServerRequestInternal) request.request()).context();
        return Uni.createFrom()
                .emitter(outcome ->
                        loop.runOnContext(now -> new SmallBodyReception(request, loop, config, outcome).start(coming)));
    }

    private void start(ComingBody coming) {
        if (request.response().closed()) {
            lost();
            return;
        }
        if (request.isEnded()) {
            arrived();
            return;
        }
        timer = routed.vertx()
                .setTimer(
                        config.jsonTimeout().toMillis(),
                        late -> refuse(
                                408,
                                "request-timeout",
                                "the whole body did not arrive within "
                                        + config.jsonTimeout().toSeconds() + " seconds; " + received.length()
                                        + " bytes of it had arrived"));
        request.exceptionHandler(broken -> lost());
        request.handler(this::take);
        request.endHandler(end -> complete());
        CompletionStage<?> unused = coming.givenUp()
                .thenRun(() -> loop.runOnContext(now -> refuse(
                        503,
                        "busy",
                        "too many requests are waiting for their bodies, and this one has waited"
                                + " longest; try again later")));
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void take(Buffer bytes) {
        if (over) {
            return;
        }
        if (received.length() + bytes.length() > config.jsonMax().bytes()) {
            refuse(413, "too-large", SmallBody.tooLarge(config));
        } else {
            received.appendBuffer(bytes);
        }
    }

    private void complete() {
        if (end()) {
            arrived();
        }
    }

    private void arrived() {
        outcome.complete(BodyFault.problem(routed)
                .or(() -> BodyDigests.problem(request.headers(), received))
                .<Outcome>map(Missing::new)
                .orElseGet(() -> new Whole(received)));
    }

    private void lost() {
        if (end()) {
            outcome.complete(new Missing(
                    Problem.of(400, "upload-cut", "the connection ended before the whole body had arrived")));
        }
    }

    private void refuse(int status, String code, String why) {
        if (end()) {
            UnreadBody.refuse(request, loop);
            outcome.complete(new Missing(Problem.of(status, code, why)));
        }
    }

    /** Ends the reception; returns whether it had not ended before. */
    private boolean end() {
        if (over) {
            return false;
        }
        over = true;
        routed.vertx().cancelTimer(timer);
        return true;
    }
}
