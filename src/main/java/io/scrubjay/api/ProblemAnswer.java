package io.scrubjay.api;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;

/** Answers with a problem outside of any resource. Confined to the request's event loop. */
public final class ProblemAnswer {
    private ProblemAnswer() {}

    /** Ends the request, unless its answer has begun. */
    public static void send(RoutingContext request, Problem problem) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .end(Json.encodeToBuffer(problem));
        } else if (!response.ended()) {
            response.reset();
        }
    }
}
