// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the end of a chunked body, independently of Netty and from the same bytes. It is stricter: a chunk size has
 * only digits up to the end of the line or an extension, and a trailer must be valid {@link FramedLines}. If this class
 * and Netty disagree, the body is broken.
 *
 * <p>Confined to the connection's event loop.
 */
final class ChunkedBody {
    private static final String SIZE_LINE =
            "a chunk size is not made of hexadecimal digits only, or its chunk extension is malformed";
    private static final String END = "the end of the body is malformed";

    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t -~\\x80-\\xff]*)?\r");
    private static final int DELIMITER_BYTES = 2;

    private enum Part {
        SIZE,
        BYTES,
        DELIMITER,
        TRAILER,
        OVER
    }

    private final StringBuilder sizeLine = new StringBuilder();
    private final FramedLines trailer = FramedLines.ofTrailer();
    private Part part = Part.SIZE;
    private long left;
    private Optional<String> broken = Optional.empty();

    /** Checks bytes that Netty has treated as part of the body. */
    void take(ByteBuf bytes, int begin, int end) {
        int index = begin;
        while (index < end && broken.isEmpty()) {
            switch (part) {
                case SIZE -> size(bytes.getByte(index++));
                case BYTES, DELIMITER -> index += skip(end - index);
                case TRAILER -> trailer(bytes.getByte(index++));
                case OVER -> broken = Optional.of(END);
            }
        }
    }

    /** Tells that Netty has found the end. */
    void end() {
        if (part != Part.OVER && broken.isEmpty()) {
            broken = Optional.of(END);
        }
    }

    /** Why the body cannot be accepted, as a text for the client. */
    Optional<String> broken() {
        return broken;
    }

    private void size(byte next) {
        if (next != '\n') {
            sizeLine.append((char) (next & 0xff));
            return;
        }
        Matcher size = SIZE.matcher(sizeLine);
        if (size.matches()) {
            left = Long.parseUnsignedLong(size.group(1), 16);
            part = left == 0 ? Part.TRAILER : Part.BYTES;
        } else {
            broken = Optional.of(SIZE_LINE);
        }
        sizeLine.setLength(0);
    }

    private int skip(int available) {
        int skipped = (int) Math.min(left, available);
        left -= skipped;
        if (left == 0) {
            left = DELIMITER_BYTES;
            part = part == Part.BYTES ? Part.DELIMITER : Part.SIZE;
        }
        return skipped;
    }

    private void trailer(byte next) {
        if (trailer.take(next)) {
            part = Part.OVER;
        }
        broken = trailer.broken();
    }
}
