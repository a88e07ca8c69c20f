// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The boundary of a form. RFC 2046 allows fewer characters; some senders use others, which do no harm.
 *
 * @param value 1 to 70 visible ASCII characters; blanks, but not at the end
 */
public record Boundary(String value) {
    private static final String FORM = "multipart/form-data";
    private static final Pattern LEGAL = Pattern.compile("[ -~]{0,69}[!-~]");

    public Boundary {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "the boundary must have 1 to 70 ASCII characters, and no blank at its end");
        }
    }

    /**
     * The boundary that the header of a request has.
     *
     * @param contentTypes the values of all its {@code Content-Type} fields
     * @throws RefusedException {@code invalid-request} unless there is one, which is that of a form and has one boundary
     */
    public static Boundary ofContentType(List<String> contentTypes) {
        if (contentTypes.size() != 1) {
            throw invalid("the request has " + contentTypes.size() + " Content-Type headers; send one");
        }
        try {
            ParameterizedValue type = ParameterizedValue.parse(contentTypes.get(0));
            if (!type.value().equals(FORM)) {
                throw new IllegalArgumentException("it is not " + FORM);
            }
            return new Boundary(Optional.ofNullable(type.parameters().get("boundary"))
                    .orElseThrow(() -> new IllegalArgumentException("it has no boundary")));
        } catch (IllegalArgumentException nonsense) {
            throw invalid("Content-Type: " + nonsense.getMessage() + "; send '" + FORM + "; boundary=<text>'");
        }
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }

    /** A line as it stands in the form, for messages. */
    String line() {
        return "--" + value;
    }
}
