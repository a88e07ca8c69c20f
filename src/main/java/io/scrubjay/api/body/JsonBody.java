// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** The body of a request as the record that its JSON is. Stateless. */
public final class JsonBody {
    private JsonBody() {}

    /**
     * The record that came.
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
