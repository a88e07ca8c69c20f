// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

/** The problems of those who may not do what they ask for. */
public final class AccessProblems {
    /** What {@code WWW-Authenticate} says to whoever shows nothing. */
    public static final String CHALLENGE = "Bearer realm=\"scrubjay\"";
    /** What it says to whoever shows something of no worth. */
    public static final String CHALLENGE_AFTER_FAILURE = CHALLENGE + ", error=\"invalid_token\"";

    private AccessProblems() {}

    /** 401: nobody knows who asks. */
    public static Problem unauthorized(String detail) {
        return Problem.of(401, "unauthorized", detail);
    }

    /** 401: it was known, until the moment that the URL names. */
    public static Problem uploadUrlExpired() {
        return Problem.of(401, "upload-url-expired", "the upload URL has expired; ask for a new one");
    }

    /** 403: it is known who asks, and its role does not include this. */
    public static Problem forbidden() {
        return Problem.of(403, "forbidden", "the caller's role does not include this");
    }
}
