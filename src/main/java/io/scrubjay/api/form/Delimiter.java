// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes CRLF, {@code --} and the boundary, and how to find them: by the algorithm of Horspool (<i>Practical fast
 * searching in strings</i>, 1980), which looks at about one byte in as many as the delimiter has. Immutable.
 *
 * <p>The carriage return is the first of them and occurs only once. So what turns out not to be a delimiter contains no
 * beginning of another one.
 */
final class Delimiter {
    /** How many bytes its line break has. */
    static final int LINE_BREAK_BYTES = 2;

    private final byte[] bytes;
    /** How far the search may move on, by the byte at the end of the place that it looks at. */
    private final int[] skips = new int[256];

    Delimiter(Boundary boundary) {
        bytes = ("\r\n" + boundary.line()).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(skips, bytes.length);
        for (int i = 0; i < bytes.length - 1; i++) {
            skips[bytes[i] & 0xff] = bytes.length - 1 - i;
        }
    }

    int length() {
        return bytes.length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** A copy of its bytes in this range, followed by these. */
    ByteBuffer copy(int from, int to, byte[] more) {
        return ByteBuffer.allocate(to - from + more.length)
                .put(bytes, from, to - from)
                .put(more)
                .flip();
    }

    /**
     * Where the delimiter begins in a buffer: the index of its first byte, also if the buffer ends before the whole
     * delimiter has come; the buffer's limit if no delimiter begins in it. Leaves the buffer as it is.
     */
    int find(ByteBuffer text) {
        int last = bytes.length - 1;
        int at = text.position();
        while (at + last < text.limit()) {
            byte end = text.get(at + last);
            if (end == bytes[last] && begins(text, at, last)) {
                return at;
            }
            at += skips[end & 0xff];
        }
        while (at < text.limit() && !begins(text, at, text.limit() - at)) {
            at++;
        }
        return Math.min(at, text.limit());
    }

    private boolean begins(ByteBuffer text, int at, int count) {
        for (int i = 0; i < count; i++) {
            if (text.get(at + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
