// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The value of a header field as {@code form-data; name="disk"; filename="a;b.img"}: RFC 9110 section 5.6.6, and what
 * senders of forms make of it. A value may have quotes, in which a backslash stands before a quote or a backslash. Any
 * other backslash is a character: old browsers send whole Windows paths, and no browser escapes a backslash. So the quote
 * at the end of the text closes the value even if a backslash stands before it. Immutable.
 *
 * @param value what stands before the first semicolon, in lower case
 * @param parameters their names in lower case; their values as they are, without the quotes
 */
record ParameterizedValue(String value, Map<String, String> parameters) {
    ParameterizedValue {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads the field's value.
     *
     * @throws IllegalArgumentException when a parameter has no value, comes twice, or does not end; the message says
     *     which, for the client
     */
    static ParameterizedValue parse(String text) {
        int end = text.indexOf(';');
        Rest rest = new Rest(text, end < 0 ? text.length() : end);
        Map<String, String> parameters = new TreeMap<>();
        while (rest.hasParameter()) {
            String name = rest.name();
            if (parameters.put(name, rest.value(name)) != null) {
                throw new IllegalArgumentException("it has '" + name + "' twice");
            }
        }
        return new ParameterizedValue(
                text.substring(0, end < 0 ? text.length() : end).strip().toLowerCase(Locale.ROOT), parameters);
    }

    /** What has not been read yet. Confined to one call. */
    private static final class Rest {
        private final String text;
        private int at;

        Rest(String text, int at) {
            this.text = text;
            this.at = at;
        }

        /** Moves to the next parameter, if there is one; semicolons may stand next to each other, or at the end. */
        boolean hasParameter() {
            while (at < text.length() && (text.charAt(at) == ';' || isBlank(text.charAt(at)))) {
                at++;
            }
            return at < text.length();
        }

        String name() {
            int equals = text.indexOf('=', at);
            int semicolon = text.indexOf(';', at);
            if (equals < 0 || (semicolon >= 0 && semicolon < equals)) {
                throw new IllegalArgumentException("a parameter has no value");
            }
            String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            at = equals + 1;
            return name;
        }

        String value(String name) {
            at = behindBlanks(at);
            return at < text.length() && text.charAt(at) == '"' ? quoted(name) : plain();
        }

        private String plain() {
            int semicolon = text.indexOf(';', at);
            String value = text.substring(at, semicolon < 0 ? text.length() : semicolon);
            at += value.length();
            return value.strip();
        }

        private String quoted(String name) {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char next = text.charAt(at);
                if (next == '"') {
                    at++;
                    requireEnd(name);
                    return value.toString();
                }
                value.append(next == '\\' && isEscaped() ? text.charAt(++at) : next);
            }
            throw new IllegalArgumentException("the quotes of '" + name + "' are not closed");
        }

        private boolean isEscaped() {
            if (at + 1 == text.length()) {
                return false;
            }
            char next = text.charAt(at + 1);
            return next == '\\' || (next == '"' && hasText(at + 2));
        }

        private void requireEnd(String name) {
            at = behindBlanks(at);
            if (at < text.length() && text.charAt(at) != ';') {
                throw new IllegalArgumentException("there is text behind the quotes of '" + name + "'");
            }
        }

        /** Whether anything but blanks stands from here on. */
        private boolean hasText(int from) {
            return behindBlanks(from) < text.length();
        }

        private int behindBlanks(int from) {
            int end = from;
            while (end < text.length() && isBlank(text.charAt(end))) {
                end++;
            }
            return end;
        }

        private static boolean isBlank(char character) {
            return character == ' ' || character == '\t';
        }
    }
}
