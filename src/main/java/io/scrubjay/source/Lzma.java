// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of an {@code .lzma} file, which has no magic: a byte of properties, the dictionary's size in 32 bits, and
 * in 64 bits the unpacked length, all ones if it is unknown. Tools write dictionaries of 2^n or 2^n + 2^(n-1) bytes.
 */
final class Lzma {
    static final String ADVICE = Advice.unpack("xz --format=lzma -dc");

    private static final int HEADER_BYTES = 13;
    /** lc=3, lp=0, pb=2: the default of tools. */
    private static final byte USUAL_PROPERTIES = 0x5d;

    private static final int DICTIONARY_BYTES_MIN = 1 << 12;
    private static final long LENGTH_BYTES_MAX = 1L << 44;

    private Lzma() {}

    /** Whether the bytes from the position on are such a header. */
    static boolean begins(ByteBuffer first) {
        if (first.remaining() < HEADER_BYTES || first.get(first.position()) != USUAL_PROPERTIES) {
            return false;
        }
        ByteBuffer rest = first.slice(first.position() + 1, HEADER_BYTES - 1).order(ByteOrder.LITTLE_ENDIAN);
        return isDictionary(rest.getInt()) && isLength(rest.getLong());
    }

    private static boolean isDictionary(int bytes) {
        return Integer.compareUnsigned(bytes, DICTIONARY_BYTES_MIN) >= 0
                && (Integer.bitCount(bytes) == 1 || (Integer.bitCount(bytes) == 2 && (bytes & (bytes >>> 1)) != 0));
    }

    private static boolean isLength(long bytes) {
        return bytes == -1 || (bytes > 0 && bytes <= LENGTH_BYTES_MAX);
    }
}
