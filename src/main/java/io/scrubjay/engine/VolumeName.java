// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.regex.Pattern;

/**
 * The name of a volume or snapshot inside its pool: 1 to 63 lower-case letters, digits, dots and dashes, starting and
 * ending with a letter or digit. 63 is the limit of an SPDK lvol.
 *
 * @param value the name
 */
public record VolumeName(String value) implements Comparable<VolumeName> {
    public static final int LENGTH_MAX = 63;
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?");

    public VolumeName {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a volume name: '" + value + "'");
        }
    }

    public static VolumeName of(String value) {
        return new VolumeName(value);
    }

    @Override
    public int compareTo(VolumeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
