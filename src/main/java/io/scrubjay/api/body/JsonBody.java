// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** Checks that a request has a JSON body. Stateless. */
public final class JsonBody {
    private JsonBody() {}

    /**
     * The record from the JSON body.
     *
     * @param body null when the body was empty, or JSON's {@code null}
     * @throws RefusedException {@code invalid-request} when none came
     */
    public static <T> T required(T body) {
        if (body == null) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "the request needs a JSON body");
        }
        return body;
    }
}
