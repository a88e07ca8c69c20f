// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.regex.Pattern;

/**
 * The name of an image, snapshot or volume.
 *
 * <p>People give names of 1 to 63 lower-case letters, digits, dots and dashes, starting and ending with a letter or
 * digit. An image, snapshot or volume whose name cannot be read, or whose name a newer one has taken, is called
 * {@link #ofNameless}. Such a name has a character that no name given by people can have, so the two never collide.
 *
 * @param value the name
 */
public record ResourceName(String value) implements Comparable<ResourceName> {
    public static final int LENGTH_MAX = 63;
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final String NAMELESS_PREFIX = "damaged@";
    private static final Pattern NAMELESS = Pattern.compile(NAMELESS_PREFIX + "[0-9a-f]{32}");

    public ResourceName {
        requireName(
                value, LEGAL.matcher(value).matches() || NAMELESS.matcher(value).matches());
    }

    private static void requireName(String value, boolean isName) {
        if (!isName) {
            // A name in a request may have any length; the message must stay short.
            String shown = value.length() <= LENGTH_MAX ? value : value.substring(0, LENGTH_MAX) + "…";
            throw new IllegalArgumentException("not a name: '" + shown
                    + "'; a name has 1 to 63 lower-case letters, digits, dots and dashes, and begins and"
                    + " ends with a letter or digit");
        }
    }

    /**
     * Parses a name that people give, or gave.
     *
     * @throws IllegalArgumentException when it is not a valid name; the message says what a name looks like
     */
    public static ResourceName parse(String text) {
        requireName(text, LEGAL.matcher(text).matches());
        return new ResourceName(text);
    }

    /**
     * Parses the name of something that may exist: a name that people gave, or one of {@link #ofNameless}.
     *
     * @throws IllegalArgumentException when it is neither; the message says what a name looks like
     */
    public static ResourceName parseKnown(String text) {
        return new ResourceName(text);
    }

    /**
     * The name that the agent gives to an image or volume whose own name cannot be read, or is taken by a newer one.
     */
    public static ResourceName ofNameless(ImageId id) {
        return ofNameless(id.stored());
    }

    /** The same for a volume. */
    public static ResourceName ofNameless(VolumeId id) {
        return ofNameless(id.stored());
    }

    private static ResourceName ofNameless(StoredId id) {
        return new ResourceName(NAMELESS_PREFIX + id.hex());
    }

    @Override
    public int compareTo(ResourceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
