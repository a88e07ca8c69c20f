// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Texts that are sent in place of a disk or around it: the error page of a server, a pointer to the file, a form with
 * the file inside.
 *
 * @param form what it is, for people
 * @param layout matches the text from its first character that is not blank
 * @param kind whether all of it is text
 * @param advice what to send instead
 */
record TextForm(String form, Pattern layout, Kind kind, String advice) {
    /** How much of a file is text. */
    enum Kind {
        /** The whole file. */
        TEXT,
        /** Only the text around a file. */
        ENVELOPE
    }

    private static final String ANSWER = "check what the download address returned, and send the disk image itself";

    private static final TextForm[] KNOWN = {
        new TextForm("an HTML or XML document", layout("\\A<[a-zA-Z!?]"), Kind.TEXT, ANSWER),
        new TextForm("a JSON document", layout("\\A[{\\[]\\s*[\"{\\[}\\]]"), Kind.TEXT, ANSWER),
        new TextForm(
                "a Git LFS pointer",
                layout("\\Aversion https?://\\S+/spec/"),
                Kind.TEXT,
                "fetch the file it points to ('git lfs pull') and send that file"),
        new TextForm(
                "a multipart form with the file inside",
                layout("\\A--[ -~]{1,200}\\r\\n(?:[^\\r\\n]{1,300}\\r\\n){0,4}Content-[A-Za-z-]+:"),
                Kind.ENVELOPE,
                "send the file itself: 'curl -T FILE URL', not 'curl -F'"),
    };

    private static Pattern layout(String expression) {
        return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
    }

    /**
     * The form of the text that begins at the position, if it is a known one. A byte order mark and blanks may come
     * before it.
     */
    static Optional<TextForm> find(ByteBuffer first) {
        ByteBuffer rest = first.duplicate();
        Charset charset = takeByteOrderMark(rest);
        skipBlanks(rest, charset);
        byte[] bytes = new byte[Math.min(rest.remaining(), Magic.BYTES_NEEDED)];
        rest.get(bytes);
        String begin = new String(bytes, charset);
        for (TextForm known : KNOWN) {
            if (known.layout.matcher(begin).find() && (known.kind == Kind.ENVELOPE || isText(begin))) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** The character set of a text; ISO 8859-1 stands for all sets that have the ASCII characters as single bytes. */
    private static Charset takeByteOrderMark(ByteBuffer text) {
        if (begins(text, 0xff, 0xfe)) {
            text.position(text.position() + 2);
            return StandardCharsets.UTF_16LE;
        }
        if (begins(text, 0xfe, 0xff)) {
            text.position(text.position() + 2);
            return StandardCharsets.UTF_16BE;
        }
        if (begins(text, 0xef, 0xbb, 0xbf)) {
            text.position(text.position() + 3);
        }
        return StandardCharsets.ISO_8859_1;
    }

    private static boolean begins(ByteBuffer text, int... bytes) {
        boolean same = text.remaining() >= bytes.length;
        for (int at = 0; same && at < bytes.length; at++) {
            same = Byte.toUnsignedInt(text.get(text.position() + at)) == bytes[at];
        }
        return same;
    }

    private static void skipBlanks(ByteBuffer text, Charset charset) {
        int width = charset.equals(StandardCharsets.ISO_8859_1) ? 1 : 2;
        text.order(charset.equals(StandardCharsets.UTF_16LE) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        while (text.remaining() >= width && isBlank(charAt(text, width))) {
            text.position(text.position() + width);
        }
    }

    private static char charAt(ByteBuffer text, int width) {
        return width == 1 ? (char) Byte.toUnsignedInt(text.get(text.position())) : text.getChar(text.position());
    }

    private static boolean isBlank(char character) {
        return character == ' ' || (character >= '\t' && character <= '\r');
    }

    /** Whether there are no control characters except those for white space and line breaks. */
    private static boolean isText(String begin) {
        return begin.chars().allMatch(code -> code >= ' ' || isBlank((char) code));
    }
}
