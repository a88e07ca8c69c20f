// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The header fields that a client wants to be sent to the server of its URL, such as {@code Authorization}. They are
 * secrets: nothing shows them, not even as a text. Immutable.
 */
public final class SourceHeaders {
    /** No fields. */
    public static final SourceHeaders NONE = new SourceHeaders(Map.of());

    private static final int COUNT_MAX = 32;
    private static final int CHARACTERS_MAX = 16_384;
    /** A token of RFC 9110 section 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** RFC 9110 section 5.5, without what is not ASCII. */
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?");
    /** The agent sets these itself, or they belong to a connection and not to a request. */
    private static final Set<String> OWN = Set.of(
            "host",
            "range",
            "if-range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "accept-encoding",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "proxy-authorization",
            "proxy-connection");

    private final Map<String, String> fields;

    private SourceHeaders(Map<String, String> fields) {
        this.fields = Map.copyOf(fields);
    }

    /**
     * Checks the fields that a client sent.
     *
     * @throws RefusedException {@code invalid-request}; the text repeats a name at most, never a value
     */
    public static SourceHeaders of(Map<String, String> fields) {
        if (fields.size() > COUNT_MAX) {
            throw invalid("has " + fields.size() + " fields; send at most " + COUNT_MAX);
        }
        int characters = 0;
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            require(field.getKey(), field.getValue());
            if (!names.add(field.getKey().toLowerCase(Locale.ROOT))) {
                throw invalid("has '" + field.getKey() + "' twice, in other letters; send it once");
            }
            characters += field.getKey().length() + field.getValue().length();
        }
        if (characters > CHARACTERS_MAX) {
            throw invalid("has more than " + CHARACTERS_MAX + " characters in all; send less");
        }
        return new SourceHeaders(fields);
    }

    private static void require(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("has a field whose name is not valid in HTTP");
        }
        if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
            throw invalid("has '" + name + "', which the agent sets itself; leave it out");
        }
        if (value == null || !VALUE.matcher(value).matches()) {
            throw invalid("has a value of '" + name + "' that is not valid in HTTP; send visible ASCII characters, with"
                    + " spaces between them only");
        }
    }

    private static RefusedException invalid(String problem) {
        return new RefusedException(Refusal.INVALID_REQUEST, "'source.headers' " + problem);
    }

    /** The names and values, for the request. */
    Map<String, String> fields() {
        return fields;
    }

    /** How many there are; neither names nor values. */
    @Override
    public String toString() {
        return fields.size() + " header fields";
    }
}
