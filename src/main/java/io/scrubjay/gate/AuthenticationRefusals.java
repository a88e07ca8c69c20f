// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.scrubjay.api.problem.AccessProblems;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;

/** Refuses requests with credentials that are invalid, or that cannot be checked now. Stateless. */
final class AuthenticationRefusals {
    private static final String PROBLEM = "scrubjay.refusal";

    private AuthenticationRefusals() {}

    /** Sets the reason for the response that follows. */
    static void tell(RoutingContext request, Problem problem) {
        request.put(PROBLEM, problem);
    }

    /** Refuses a request if its authentication has failed; returns whether it has. */
    static boolean answer(RoutingContext request) {
        if (request.failure() instanceof AuthenticationFailedException) {
            refuse(request);
            return true;
        }
        if (request.failure() instanceof OIDCException) {
            // The code that failed to check the credentials has logged it.
            ProblemAnswer.send(
                    request,
                    Problem.of(
                            503,
                            "issuer-unavailable",
                            "the agent cannot fetch the keys of the token's issuer,"
                                    + " so it cannot check the token; try again later"));
            return true;
        }
        return false;
    }

    private static void refuse(RoutingContext request) {
        Problem problem = Optional.ofNullable(request.<Problem>get(PROBLEM))
                .orElseGet(() -> AccessProblems.unauthorized("the token is invalid or has expired; send a valid one"));
        request.response().putHeader("WWW-Authenticate", AccessProblems.CHALLENGE_AFTER_FAILURE);
        ProblemAnswer.send(request, problem);
    }
}
