// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.AllowedMethods;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.AccessProblems;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.scrubjay.api.upload.TusProtocol;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Refuses requests whose method is not supported at their path, and answers OPTIONS requests. The framework does not
 * say which methods are supported, and treats some paths as unknown. Stateless; on event loops.
 */
final class Methods {
    static final String NO_PROXY = "the agent is not a proxy and does not support CONNECT";

    private Methods() {}

    static Problem notPossible(String why) {
        return Problem.of(405, "method-not-allowed", why);
    }

    /** Refuses a request whose method no resource supports; returns whether it did. */
    static boolean refuses(RoutingContext request) {
        HttpMethod method = request.request().method();
        String path = request.normalizedPath();
        if (method.equals(HttpMethod.CONNECT)) {
            refuse(request, "", NO_PROXY);
            return true;
        }
        // Only known callers are told which methods are supported.
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
     * Tells known callers which methods a path supports. Preflight requests of allowed pages have been answered before.
     */
    static void options(RoutingContext request) {
        if (Callers.of(request).isEmpty()) {
            request.response().putHeader("WWW-Authenticate", AccessProblems.CHALLENGE);
            ProblemAnswer.send(request, AccessProblems.unauthorized(AccessProblems.NEEDS_CREDENTIALS));
            return;
        }
        if (TusProtocol.isAt(AllowedMethods.resource(request.normalizedPath()))) {
            TusProtocol.advertise(request.response());
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
