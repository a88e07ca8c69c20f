// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of the file are in an answer with status 206, from its {@code Content-Range}, RFC 9110 section 14.4.
 * Immutable.
 *
 * @param first the offset of the first byte
 * @param last the offset of the last byte
 * @param total the length of the whole file, if the server says it
 */
record SentRange(long first, long last, OptionalLong total) {
    private static final Pattern BYTES =
            Pattern.compile("bytes +(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

    /** Reads the field; empty when it cannot be read or contradicts itself. */
    static Optional<SentRange> parse(String field) {
        Matcher matcher = BYTES.matcher(field.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        OptionalLong total =
                matcher.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(matcher.group(3)));
        boolean isConsistent = first <= last && (total.isEmpty() || last < total.getAsLong());
        return isConsistent ? Optional.of(new SentRange(first, last, total)) : Optional.empty();
    }

    /** How many bytes they are. */
    long lengthBytes() {
        return last - first + 1;
    }

    /** The offset behind the last byte. */
    long end() {
        return last + 1;
    }
}
