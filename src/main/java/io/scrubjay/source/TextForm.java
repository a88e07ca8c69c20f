// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Texts that arrive in the place of a disk or around it: what a server answered instead of the file, a pointer to it, a
 * form with the file inside.
 *
 * @param form what it is, for people
 * @param layout how its first bytes look, as ISO 8859-1
 * @param kind whether all of it is text
 * @param advice what to send instead
 */
record TextForm(String form, Pattern layout, Kind kind, String advice) {
    /** How much of a file is text. */
    enum Kind {
        /** All of it. */
        TEXT,
        /** What stands around a file. */
        ENVELOPE
    }

    private static final String ANSWER =
            "look at what the address that it came from answers, and send the disk image itself";
    /** A byte order mark and blanks may come before. */
    private static final String BEGIN = "\\A(?:\u00ef\u00bb\u00bf)?\\s*";

    private static final TextForm[] KNOWN = {
        new TextForm("an HTML or XML document", layout(BEGIN + "<[a-zA-Z!?]"), Kind.TEXT, ANSWER),
        new TextForm("a JSON document", layout(BEGIN + "[{\\[]\\s*[\"{\\[}\\]]"), Kind.TEXT, ANSWER),
        new TextForm(
                "a Git LFS pointer",
                layout("\\Aversion https?://\\S+/spec/"),
                Kind.TEXT,
                "get the file that it names ('git lfs pull') and send that"),
        new TextForm(
                "a multipart form with the file inside",
                layout("\\A(?:\\r\\n)?--[ -~]{1,200}\\r\\n(?:[^\\r\\n]{1,300}\\r\\n){0,4}Content-[A-Za-z-]+:"),
                Kind.ENVELOPE,
                "send the file itself: 'curl -T FILE URL', not 'curl -F'"),
    };

    private static Pattern layout(String expression) {
        return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
    }

    /** The text that the bytes from position on begin, if they do. */
    static Optional<TextForm> find(ByteBuffer first) {
        byte[] bytes = new byte[Math.min(first.remaining(), Magic.BYTES_NEEDED)];
        first.get(first.position(), bytes);
        String begin = new String(bytes, StandardCharsets.ISO_8859_1);
        for (TextForm known : KNOWN) {
            if (known.layout.matcher(begin).find() && (known.kind == Kind.ENVELOPE || isText(begin))) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** Whether there is no control character but those that lay out lines. */
    private static boolean isText(String begin) {
        return begin.chars().allMatch(code -> code >= ' ' || (code >= '\t' && code <= '\r'));
    }
}
