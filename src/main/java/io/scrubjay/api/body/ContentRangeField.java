// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.ByteRange;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code Content-Range} in a request, RFC 9110 section 14.4: where the bytes of its body belong.
 *
 * @param range the bytes, at least one
 * @param completeLength the length of the whole, if the sender gave it
 */
public record ContentRangeField(ByteRange range, OptionalLong completeLength) {
    private static final Pattern BYTES = Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /**
     * Reads the field's value.
     *
     * @throws RefusedException {@code invalid-request} when it cannot be read, or contradicts itself
     */
    public static ContentRangeField parse(String field) {
        Matcher matcher = BYTES.matcher(field.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw invalid("Content-Range must look like 'bytes <first>-<last>/*', not '" + shortened(field) + "'");
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        if (last < first) {
            throw invalid("Content-Range: the last byte, " + last + ", comes before the first, " + first);
        }
        OptionalLong length =
                matcher.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(matcher.group(3)));
        if (length.isPresent() && last >= length.getAsLong()) {
            throw invalid(
                    "Content-Range: the last byte, " + last + ", is beyond the length it gives, " + length.getAsLong());
        }
        return new ContentRangeField(ByteRange.between(first, last + 1), length);
    }

    private static String shortened(String field) {
        return field.length() <= 100 ? field : field.substring(0, 100) + "…";
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
