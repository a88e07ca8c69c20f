// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.vertx.core.MultiMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The head of an answer to a request for the file. Immutable.
 *
 * @param lengthBytes the length of the body, when announced
 * @param end how the end of the body is recognised
 * @param range of a 206, which bytes they are; empty when it does not say so in a way that can be used
 * @param location of a redirect, where to
 * @param retryAfter how long the server asks to wait
 */
record AnswerHead(
        int status,
        Validators validators,
        OptionalLong lengthBytes,
        End end,
        Kind kind,
        Optional<SentRange> range,
        Optional<String> location,
        Optional<Duration> retryAfter) {
    /** How the end of a body is recognised, RFC 9112 section 6.3. */
    enum End {
        /** By its length, or by a last chunk. */
        MARKED,
        /** By the end of the connection, which may just as well be cut. */
        CONNECTION
    }

    /** What the server says that the body is. */
    enum Kind {
        PAGE,
        FILE
    }

    private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final String CHUNKED = "chunked";
    /** They leave the bytes as they are. */
    private static final Set<String> NO_CODINGS = Set.of(CHUNKED, "identity");

    private static final int SECONDS_DIGITS_MAX = 6;

    AnswerHead {
        Objects.requireNonNull(validators);
        Objects.requireNonNull(end);
        Objects.requireNonNull(kind);
    }

    /** The head with this status and these fields. */
    static AnswerHead of(int status, MultiMap fields) {
        OptionalLong length = number(fields.get("Content-Length"));
        // The last coding counts: without chunks, the end of the connection is the end, whatever else there is.
        boolean isMarked = length.isPresent()
                || last(codings(fields, "Transfer-Encoding"))
                        .filter(CHUNKED::equals)
                        .isPresent();
        return new AnswerHead(
                status,
                new Validators(value(fields, "ETag"), value(fields, "Last-Modified"), coding(fields)),
                length,
                isMarked ? End.MARKED : End.CONNECTION,
                value(fields, "Content-Type").filter(AnswerHead::isPage).isPresent() ? Kind.PAGE : Kind.FILE,
                value(fields, "Content-Range").flatMap(SentRange::parse),
                value(fields, "Location").filter(where -> REDIRECTS.contains(status)),
                seconds(fields.get("Retry-After")));
    }

    private static Optional<String> value(MultiMap fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The codings that the agent would have to undo; it asks for none. */
    private static Optional<String> coding(MultiMap fields) {
        List<String> all = new ArrayList<>(codings(fields, "Content-Encoding"));
        all.addAll(codings(fields, "Transfer-Encoding"));
        all.removeIf(NO_CODINGS::contains);
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", all));
    }

    private static List<String> codings(MultiMap fields, String name) {
        return fields.getAll(name).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty())
                .toList();
    }

    private static Optional<String> last(List<String> codings) {
        return codings.isEmpty() ? Optional.empty() : Optional.of(codings.get(codings.size() - 1));
    }

    private static boolean isPage(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return PAGES.contains(type.strip().toLowerCase(Locale.ROOT));
    }

    private static OptionalLong number(String text) {
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException nonsense) {
            return OptionalLong.empty();
        }
    }

    private static Optional<Duration> seconds(String text) {
        boolean isNumber = text != null
                && !text.isEmpty()
                && text.length() <= SECONDS_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    /** Whether another try may be answered otherwise, although nothing else changes. */
    boolean mayPass() {
        return status == 408 || status == 425 || status == 429 || status >= 500;
    }
}
