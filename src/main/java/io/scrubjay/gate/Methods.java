// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.AllowedMethods;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.AccessProblems;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers requests whose method the API does not have at their path, and those that ask which it has. The framework does
 * not say which, and takes some paths for unknown. Stateless; on event loops.
 */
final class Methods {
    static final String NO_PROXY = "the agent is not a proxy and does not support CONNECT";

    private Methods() {}

    static Problem notPossible(String why) {
        return Problem.of(405, "method-not-allowed", why);
    }

    /** Refuses a request whose method no resource has; says whether it did. */
    static boolean refuses(RoutingContext request) {
        HttpMethod method = request.request().method();
        String path = request.normalizedPath();
        if (method.equals(HttpMethod.CONNECT)) {
            refuse(request, "", NO_PROXY);
            return true;
        }
        // What is possible is told to callers that are known.
        if (method.equals(HttpMethod.OPTIONS) || !AllowedMethods.excludes(method.name(), path)) {
            return false;
        }
        String allowed = AllowedMethods.at(path).orElseThrow();
        refuse(request, allowed, "this path does not support the method; it supports " + allowed);
        return true;
    }

    /** Answers with 405. INVARIANT I-7: the body is not read. */
    static void refuse(RoutingContext request, String allowed, String why) {
        UnreadBody.refuse(request.request(), ((HttpServerRequestInternal) request.request()).context());
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        ProblemAnswer.send(request, notPossible(why));
    }

    /**
     * Says what is possible at a path to callers that are known. A browser that asks beforehand, and may, has its answer by
     * now.
     */
    static void options(RoutingContext request) {
        if (Callers.of(request).isEmpty()) {
            request.response().putHeader("WWW-Authenticate", AccessProblems.CHALLENGE);
            ProblemAnswer.send(request, AccessProblems.unauthorized(AccessProblems.NEEDS_CREDENTIALS));
            return;
        }
        AllowedMethods.at(request.normalizedPath())
                .ifPresentOrElse(
                        allowed -> request.response()
                                .setStatusCode(204)
                                .putHeader(HttpHeaders.ALLOW, allowed)
                                .end(),
                        request::next);
    }
}
