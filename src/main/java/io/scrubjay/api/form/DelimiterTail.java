// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.io.ByteArrayOutputStream;

/**
 * The rest of the line behind a boundary, which decides whether it is a delimiter: {@code --} for the last one, blanks
 * that a transport may have added, CRLF. Confined to one thread.
 *
 * <pre>
 *   START ── - ──▶ DASH ── - ──▶ BLANKS ── CR ──▶ RETURN ── LF ──▶ the line ends
 *     └───── blank ───────────────▲ └─ blank      ▲
 *     └───── CR ──────────────────────────────────┘
 * </pre>
 */
final class DelimiterTail {
    /** INVARIANT I-7: the most blanks; what has more is content. */
    static final int BLANKS_MAX = 64;

    /** What a byte means. */
    enum Step {
        GOES_ON,
        LINE_ENDS,
        /** This byte, which is not taken, cannot follow: there is no delimiter. */
        NO_DELIMITER
    }

    private enum Place {
        START,
        DASH,
        BLANKS,
        RETURN
    }

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private Place place = Place.START;
    private boolean isLast;

    /** Takes the next byte, if it can follow. */
    Step take(byte next) {
        boolean ends = place == Place.RETURN && next == '\n';
        if (!ends && !moves(next)) {
            return Step.NO_DELIMITER;
        }
        taken.write(next);
        return ends ? Step.LINE_ENDS : Step.GOES_ON;
    }

    private boolean moves(byte next) {
        if (place == Place.START && next == '-') {
            place = Place.DASH;
            return true;
        }
        if (place == Place.DASH) {
            isLast = next == '-';
            place = Place.BLANKS;
            return isLast;
        }
        if (place != Place.RETURN && (next == ' ' || next == '\t')) {
            place = Place.BLANKS;
            return taken.size() < BLANKS_MAX;
        }
        if (place != Place.RETURN && next == '\r') {
            place = Place.RETURN;
            return true;
        }
        return false;
    }

    /** Whether this is the last delimiter, if it is one: also if the body ends here. */
    boolean isLast() {
        return isLast;
    }

    /** What has been taken. */
    byte[] bytes() {
        return taken.toByteArray();
    }

    /** Begins anew. */
    void reset() {
        taken.reset();
        place = Place.START;
        isLast = false;
    }
}
