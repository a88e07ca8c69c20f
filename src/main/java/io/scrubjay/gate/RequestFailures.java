// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers requests that failed before or outside any resource. The framework would answer in plain text, and log the
 * whole URI, which for an upload URL includes the signature. Stateless.
 */
final class RequestFailures {
    private RequestFailures() {}

    static void answer(RoutingContext request) {
        if (request.response().ended() || request.response().closed()) {
            return; // Such as after a body that turned out to be too large: a response has been sent already.
        }
        if (!AuthenticationRefusals.answer(request)) {
            UnreadBody.refuse(request.request(), ((HttpServerRequestInternal) request.request()).context());
            ProblemAnswer.sendFailure(request);
        }
    }
}
