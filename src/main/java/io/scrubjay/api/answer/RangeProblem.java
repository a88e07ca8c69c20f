// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.api.problem.Problem;
import jakarta.ws.rs.core.Response;

/** The answer to a range that begins behind the end: what it is of, and how long that is. */
public final class RangeProblem {
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private RangeProblem() {}

    /**
     * The answer to a range that begins behind the end.
     *
     * @param what {@code image}, {@code snapshot} or {@code volume}
     */
    public static Response.ResponseBuilder of(String what, long lengthBytes) {
        return Response.status(RANGE_NOT_SATISFIABLE)
                .header("Content-Range", "bytes */" + lengthBytes)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(
                        RANGE_NOT_SATISFIABLE,
                        "range-not-satisfiable",
                        "the " + what + " has " + lengthBytes + " bytes"));
    }
}
