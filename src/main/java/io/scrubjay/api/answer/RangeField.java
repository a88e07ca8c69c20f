// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.block.ByteRange;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code Range}, RFC 9110 section 14: one range of bytes. A field that is invalid or has several ranges is
 * ignored, as the RFC allows, and everything is sent.
 */
public final class RangeField {
    private static final Pattern BYTES = Pattern.compile("bytes\\s*=\\s*(\\d*)-(\\d*)\\s*");

    private RangeField() {}

    /** The bytes that a request asks for. */
    public sealed interface Wanted {}

    /** Everything. */
    record Whole() implements Wanted {}

    /** These bytes, at least one. */
    public record Part(ByteRange range) implements Wanted {
        /** The answer's {@code Content-Range}, for something that has so many bytes. */
        public String contentRange(long lengthBytes) {
            return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + lengthBytes;
        }
    }

    /** Bytes that do not exist. */
    public record Unsatisfiable() implements Wanted {}

    /** The bytes that this field asks for, of something with this many bytes, at least one. */
    public static Wanted of(Optional<String> field, long lengthBytes) {
        Matcher matcher = BYTES.matcher(field.orElse("").strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new Whole();
        }
        if (matcher.group(1).isEmpty()) {
            return suffix(number(matcher.group(2)), lengthBytes);
        }
        long first = number(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : number(matcher.group(2));
        if (last < first) {
            return new Whole();
        }
        return first >= lengthBytes
                ? new Unsatisfiable()
                : new Part(ByteRange.between(first, Math.min(last, lengthBytes - 1) + 1));
    }

    private static Wanted suffix(long count, long lengthBytes) {
        return count == 0
                ? new Unsatisfiable()
                : new Part(ByteRange.between(Math.max(0, lengthBytes - count), lengthBytes));
    }

    /** A number; one that does not fit is larger than anything that is stored. */
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException huge) {
            return Long.MAX_VALUE;
        }
    }
}
