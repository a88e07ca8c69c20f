// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.scrubjay.api.problem.AccessProblems;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;

/** Answers those who have shown something of no worth, or of which nobody can say what it is worth. Stateless. */
final class AuthenticationRefusals {
    private static final String PROBLEM = "scrubjay.refusal";

    private AuthenticationRefusals() {}

    /** Says why, for the answer that follows. */
    static void tell(RoutingContext request, Problem problem) {
        request.put(PROBLEM, problem);
    }

    /** Answers a request whose authentication has failed; says whether it has. */
    static boolean answer(RoutingContext request) {
        if (request.failure() instanceof AuthenticationFailedException) {
            refuse(request);
            return true;
        }
        if (request.failure() instanceof OIDCException) {
            // The log has it from whoever has asked in vain.
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
