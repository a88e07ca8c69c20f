// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects the head of one part, byte by byte. Confined to one thread. */
final class PartHeadReader {
    /** INVARIANT I-7: the longest head, which is also the most that is kept of one; a file name may be long. */
    static final int BYTES_MAX = 8 << 10;

    private static final int SPACE = ' ';
    private static final int DELETE = 0x7f;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();
    private int bytes;
    private boolean isLineEnding;

    /**
     * Takes the next byte; returns whether it was the last of the head, the end of its empty line.
     *
     * @throws RefusedException {@code invalid-request} for a line break that is not CRLF, and for a control character;
     *     {@code too-large} when the head becomes too long
     */
    boolean take(byte next) {
        if (++bytes > BYTES_MAX) {
            throw new RefusedException(
                    Refusal.TOO_LARGE, "the head of a part of the form is longer than " + BYTES_MAX + " bytes");
        }
        if (isLineEnding) {
            return endLine(next);
        }
        if (next == '\r') {
            isLineEnding = true;
        } else if (next == '\n') {
            throw FormTexts.lineFeedAlone();
        } else if ((next >= 0 && next < SPACE && next != '\t') || next == DELETE) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST, "the head of a part of the form has a control character");
        } else {
            line.write(next);
        }
        return false;
    }

    private boolean endLine(byte next) {
        if (next != '\n') {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the head of a part of the form has a carriage return without a line feed; end its lines with CRLF");
        }
        if (line.size() == 0) {
            return true;
        }
        isLineEnding = false;
        lines.add(line.toString(StandardCharsets.UTF_8));
        line.reset();
        return false;
    }

    /** The head, once its last byte has been taken. */
    PartHead head() {
        return PartHead.parse(lines);
    }
}
