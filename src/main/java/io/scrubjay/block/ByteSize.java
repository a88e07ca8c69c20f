// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it in configuration: {@code 64K}, {@code 1M}, {@code 16T}, {@code 4096}. Suffixes
 * are powers of 1024; an optional {@code iB} or {@code B} after them changes nothing.
 *
 * @param bytes {@code >= 0}
 */
public record ByteSize(long bytes) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,19})\\s*([KMGTP]?)(?:I?B)?");
    private static final String SUFFIXES = "KMGTP";

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size: " + bytes);
        }
    }

    /**
     * Parses a size.
     *
     * @throws IllegalArgumentException when the text is not a size, or does not fit a {@code long}
     */
    public static ByteSize parse(CharSequence text) {
        Matcher matcher = TEXT.matcher(text.toString().strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size (examples: 4096, 64K, 1M, 16T): '" + text + "'");
        }
        long unit = matcher.group(2).isEmpty() ? 1 : 1L << (10 * (SUFFIXES.indexOf(matcher.group(2)) + 1));
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new IllegalArgumentException("the size is too large: '" + text + "'", tooLarge);
        }
    }

    /** The shortest exact form, which {@link #parse} reads back. */
    @Override
    public String toString() {
        int suffix = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && suffix < SUFFIXES.length()) {
            value /= 1024;
            suffix++;
        }
        return suffix == 0 ? Long.toString(value) : value + SUFFIXES.substring(suffix - 1, suffix);
    }
}
