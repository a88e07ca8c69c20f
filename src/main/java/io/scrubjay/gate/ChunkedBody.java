// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.ByteBuf;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chunked body ends, found beside Netty from the same bytes. It is stricter: a size has nothing but digits before
 * its line or an extension ends it, and a trailer is one of {@link FramedLines}. Where the two do not agree, the body is
 * broken.
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

    /** Looks at the bytes that Netty has taken for a part of the body. */
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

    /** Hears that Netty has found the end. */
    void end() {
        if (part != Part.OVER && broken.isEmpty()) {
            broken = Optional.of(END);
        }
    }

    /** Why the body cannot be taken, as a text for the client. */
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
