// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;

import java.util.Optional;

/** The problems of requests without credentials or without the necessary role. */
public final class AccessProblems {
    /** {@code WWW-Authenticate} for a request without credentials. */
    public static final String CHALLENGE = "Bearer realm=\"scrubjay\"";
    /** {@code WWW-Authenticate} for a request with invalid credentials. */
    public static final String CHALLENGE_AFTER_FAILURE = CHALLENGE + ", error=\"invalid_token\"";

    /** The detail for a request without credentials. */
    public static final String NEEDS_CREDENTIALS =
            "this request needs credentials, such as 'Authorization: Bearer <token>'";

    private AccessProblems() {}

    /** 401: the caller is unknown. */
    public static Problem unauthorized(String detail) {
        return Problem.of(401, "unauthorized", detail);
    }

    /** 401: the upload URL was valid, but has expired. */
    public static Problem uploadUrlExpired() {
        return Problem.of(401, "upload-url-expired", "the upload URL has expired; ask for a new one");
    }

    /**
     * 403: the caller is known, but its role does not include this.
     *
     * @param needed the role that is needed; empty if no role allows the request
     * @param caller the caller, if one of the agent's own mechanisms has found it
     */
    static Problem forbidden(Optional<Role> needed, Optional<Caller> caller) {
        String needs = needed.map(role -> "this request needs the role '" + role.wireName() + "'")
                .orElse("no role allows this request");
        String has = caller.flatMap(Caller::role)
                .map(role -> "has the role '" + role.wireName() + "'")
                .orElse("has no role");
        return Problem.of(
                403,
                "forbidden",
                needs + "; " + caller.map(AccessProblems::named).orElse("the caller") + " " + has);
    }

    private static String named(Caller caller) {
        return switch (caller.way()) {
            case TOKEN -> "the token of '" + caller.name() + "'";
            case CERTIFICATE -> "the certificate of '" + caller.name() + "'";
            case ISSUER, ISSUER_GROUP -> "the JWT of '" + caller.name() + "'";
            case UPLOAD_URL -> "the upload URL of '" + caller.name() + "'";
            case OPEN -> "'" + caller.name() + "'";
        };
    }
}
