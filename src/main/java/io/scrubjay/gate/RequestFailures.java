// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers requests that have failed before or beside any resource. The framework would, too: in plain text, and with the
 * whole URI in the log, in which an upload URL has its signature. Stateless.
 */
final class RequestFailures {
    private RequestFailures() {}

    static void answer(RoutingContext request) {
        if (request.response().ended() || request.response().closed()) {
            return; // As after a body that turned out too large: there is nothing left to say.
        }
        if (!AuthenticationRefusals.answer(request)) {
            UnreadBody.refuse(request.request(), ((HttpServerRequestInternal) request.request()).context());
            ProblemAnswer.sendFailure(request);
        }
    }
}
