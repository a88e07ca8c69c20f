// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the lines of a head, or of the trailer after a chunked body, as they were sent. Netty accepts some that HTTP/1
 * does not allow, and does not show that afterwards: a first line with blanks other than two spaces, lines that
 * continue the previous one, fields without a name, and any field in a trailer. Confined to the connection's event
 * loop.
 */
final class FramedLines {
    static final String FIRST_LINE =
            "the request line must be a method, a target and a version with one space between them";
    static final String FOLDED = "a header line begins with a space or tab; send each header in one line";
    static final String NO_NAME = "a header line has no name before its colon";

    private static final Pattern REQUEST =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\\x00-\\x20\\x7f]+ HTTP/[0-9]\\.[0-9]\r");

    /**
     * Headers that would change a request's length, destination or meaning if a proxy moved them from the trailer to
     * the head.
     */
    private static final Set<String> NOT_IN_A_TRAILER = Set.of(
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "host",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final boolean isTrailer;
    private final StringBuilder line = new StringBuilder();
    private boolean hasBegun;
    private Optional<String> broken = Optional.empty();

    private FramedLines(boolean isTrailer) {
        this.isTrailer = isTrailer;
        this.hasBegun = isTrailer;
    }

    static FramedLines ofHead() {
        return new FramedLines(false);
    }

    static FramedLines ofTrailer() {
        return new FramedLines(true);
    }

    /** Takes the next byte; returns whether the lines end with it. */
    boolean take(byte next) {
        if (next != '\n') {
            line.append((char) (next & 0xff));
            return false;
        }
        String whole = line.toString();
        line.setLength(0);
        boolean isEmpty = whole.equals("\r");
        if (hasBegun) {
            if (!isEmpty) {
                look(whole);
            }
            return isEmpty;
        }
        // Empty lines before a request are ignored: RFC 9112, section 2.2.
        if (!isEmpty) {
            hasBegun = true;
            require(REQUEST.matcher(whole).matches(), FIRST_LINE);
        }
        return false;
    }

    /** The first rule that the lines so far break, as a text for the client. */
    Optional<String> broken() {
        return broken;
    }

    private void look(String field) {
        char first = field.isEmpty() ? ':' : field.charAt(0);
        require(first != ' ' && first != '\t', FOLDED);
        require(first != ':', NO_NAME);
        if (isTrailer) {
            String name = field.split(":", 2)[0];
            require(
                    !NOT_IN_A_TRAILER.contains(name.toLowerCase(Locale.ROOT)),
                    name + " must not be in a trailer; send it before the body");
        }
    }

    private void require(boolean kept, String rule) {
        if (!kept && broken.isEmpty()) {
            broken = Optional.of(rule);
        }
    }
}
