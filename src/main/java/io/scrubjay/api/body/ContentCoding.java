// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks the content coding of a request body. Bodies are stored as they are received, so a coded one is refused.
 * Stateless.
 */
public final class ContentCoding {
    private static final Pattern COMMA = Pattern.compile(",");

    private ContentCoding() {}

    /** Why this body cannot be stored, if it is coded, by any of its fields. */
    public static Optional<String> problem(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
                .flatMap(COMMA::splitAsStream)
                .map(String::strip)
                .filter(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("identity"))
                .map(coding -> "'Content-Encoding: " + coding + "' is not supported; send the request without"
                        + " Content-Encoding")
                .findFirst();
    }
}
