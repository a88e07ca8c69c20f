// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.ContentLengthNotAllowedException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The head of a request breaks a rule of {@link HeadRules}; the message says which, for the client. */
final class RefusedHead extends DecoderException {
    private static final long serialVersionUID = 1L;

    RefusedHead(String why) {
        super(why);
    }

    /** Without a stack trace: the place in the code does not matter for a mistake of a client. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** Refuses a request whose head Netty or the rules reject; Vert.x then closes its connection. */
    static void answer(HttpServerRequest request) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        ProblemAnswer.send(request.response(), problem(request.decoderResult().cause()));
    }

    private static Problem problem(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return uriTooLong();
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return headTooLarge();
        }
        if (cause instanceof ContentLengthNotAllowedException) {
            return unreadable("it has both Content-Length and Transfer-Encoding; send one of them");
        }
        // Netty's texts are safe to pass on: they name a rule, and at most a character.
        return unreadable(
                cause instanceof RefusedHead || cause instanceof IllegalArgumentException
                        ? cause.getMessage()
                        : "it is not valid HTTP/1.1");
    }

    static Problem uriTooLong() {
        return Problem.of(414, "uri-too-long", "the request line is too long; send a shorter path or query");
    }

    static Problem headTooLarge() {
        return Problem.of(431, "head-too-large", "the request's headers are too large; send fewer or shorter ones");
    }

    static Problem unreadable(String why) {
        return Problem.of(400, "invalid-request", "the request's head cannot be read: " + why);
    }
}
