// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;

/** Sends problems outside of any resource. Confined to the request's event loop. */
public final class ProblemAnswer {
    private ProblemAnswer() {}

    /** Ends the request with a problem, unless its response has begun. */
    public static void send(RoutingContext request, Problem problem) {
        if (request.response().headWritten()) {
            CutAnswer.cut(request.request());
        } else {
            send(request.response(), problem);
        }
    }

    /** The same for a request that no route gets to see. */
    public static void send(HttpServerResponse response, Problem problem) {
        if (!response.headWritten()) {
            Buffer body = buffer(problem);
            response.setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    // Vert.x says it by itself, but not where only the head is asked for.
                    .putHeader("Content-Length", Integer.toString(body.length()))
                    .end(body);
        } else if (!response.ended()) {
            response.reset(Http2Error.INTERNAL_ERROR.code());
        }
    }

    /** A problem as it is sent. */
    public static byte[] bytes(Problem problem) {
        return buffer(problem).getBytes();
    }

    private static Buffer buffer(Problem problem) {
        return Json.encodeToBuffer(problem).appendByte((byte) '\n');
    }

    /**
     * Ends a request that has failed; failures that the client did not cause are logged, without details of the
     * request.
     */
    public static void sendFailure(RoutingContext request) {
        int status = request.statusCode();
        if (status >= 400 && status < 500) {
            send(request, ProblemMapper.byStatus(status));
        } else {
            send(
                    request,
                    ProblemMapper.bug(Optional.ofNullable(request.failure())
                            .orElseGet(() -> new IllegalStateException("failed with status " + status))));
        }
    }
}
