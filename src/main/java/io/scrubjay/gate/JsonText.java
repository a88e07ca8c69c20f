// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.problem.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the encoding of JSON bodies: only UTF-8 without compression is accepted. A head that says otherwise is refused
 * rather than ignored, since the bytes would be misread. Stateless.
 */
final class JsonText {
    private static final String WHAT_TO_SEND =
            "; send the JSON as it is, in UTF-8, with 'Content-Type: application/json'";
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";\\s]*)");
    /** ASCII is UTF-8, too. */
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii");

    private JsonText() {}

    /** Why a body with this head cannot be read. */
    static Optional<Problem> problem(MultiMap head) {
        return head.getAll(HttpHeaders.CONTENT_ENCODING).stream()
                .filter(coding -> !coding.strip().equalsIgnoreCase("identity"))
                .map(coding -> "this request cannot have 'Content-Encoding: " + coding + "'")
                .findFirst()
                .or(() -> otherCharset(head))
                .map(why -> Problem.of(415, "unsupported-media-type", why + WHAT_TO_SEND));
    }

    /** Why a received body cannot be read: in UTF-16 and UTF-32, JSON has a zero byte among its first four. */
    static Optional<Problem> problem(Buffer body) {
        for (int at = 0; at < Math.min(4, body.length()); at++) {
            if (body.getByte(at) == 0) {
                return Optional.of(Problem.of(415, "unsupported-media-type", "the body is not UTF-8" + WHAT_TO_SEND));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> otherCharset(MultiMap head) {
        return head.getAll(HttpHeaders.CONTENT_TYPE).stream()
                .flatMap(type -> CHARSET.matcher(type).results())
                .map(found -> found.group(1))
                .filter(charset -> !UTF_8.contains(charset.toLowerCase(Locale.ROOT)))
                .map(charset -> "this request cannot have 'charset=" + charset + "'")
                .findFirst();
    }
}
