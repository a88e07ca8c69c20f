// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The header of a tar archive without a magic, as tar wrote it before POSIX: 512 bytes with the name of the first file,
 * six numbers as octal text, one of which is the sum of all bytes of the header, where the bytes of the sum itself
 * count as blanks.
 */
final class OldTar {
    private static final int HEADER_BYTES = 512;
    private static final int MODE_AT = 100;
    private static final int NUMBER_BYTES = 8;
    private static final int SUM_AT = 148;
    private static final Pattern NUMBER = Pattern.compile(" *[0-7]{1,8}[ \\x00]*");

    private OldTar() {}

    /** Whether the bytes from the position on are such a header. */
    static boolean begins(ByteBuffer first) {
        if (first.remaining() < HEADER_BYTES || first.get(first.position()) == 0) {
            return false;
        }
        byte[] header = new byte[HEADER_BYTES];
        first.get(first.position(), header);
        String sum = text(header, SUM_AT);
        return NUMBER.matcher(text(header, MODE_AT)).matches()
                && NUMBER.matcher(sum).matches()
                && Integer.parseInt(sum.replace('\0', ' ').strip(), 8) == sum(header);
    }

    private static String text(byte[] header, int offset) {
        return new String(header, offset, NUMBER_BYTES, StandardCharsets.ISO_8859_1);
    }

    private static int sum(byte[] header) {
        int sum = 0;
        for (int at = 0; at < header.length; at++) {
            boolean isOfTheSum = at >= SUM_AT && at < SUM_AT + NUMBER_BYTES;
            sum += isOfTheSum ? ' ' : Byte.toUnsignedInt(header[at]);
        }
        return sum;
    }
}
