// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of servers in one spelling: lower case, without a dot at the end, as name servers know them. Stateless. */
final class HostName {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    /** Systems read such a name as an IPv4 address in another notation: {@code 0x7f.1}, {@code 2130706433}. */
    private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

    private static final int BYTES_MAX = 253;

    private HostName() {}

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException when it is none; the message is for people, and does not repeat it
     */
    static String parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.length() > BYTES_MAX || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "its host is not a valid name; write an international name in its form with xn--");
        }
        if (NUMBER_AT_END.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "its host is neither a name nor an address; write an IPv4 address as four decimal numbers");
        }
        return name;
    }
}
