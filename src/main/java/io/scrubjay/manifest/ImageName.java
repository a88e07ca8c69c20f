package io.scrubjay.manifest;

import java.util.regex.Pattern;

/**
 * What people call an image: 1 to 63 lower-case letters, digits, dots and dashes, starting and ending with a letter or
 * digit.
 *
 * @param value the name
 */
public record ImageName(String value) implements Comparable<ImageName> {
    public static final int LENGTH_MAX = 63;
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    public ImageName {
        if (!LEGAL.matcher(value).matches()) {
            // A name out of a request may be of any length; the message may not.
            String shown = value.length() <= LENGTH_MAX ? value : value.substring(0, LENGTH_MAX) + "…";
            throw new IllegalArgumentException("not a name: '" + shown
                    + "'; 1 to 63 lower-case letters, digits, dots and dashes are,"
                    + " with a letter or digit at both ends");
        }
    }

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException when it is not one; the message says what a name looks like
     */
    public static ImageName parse(String text) {
        return new ImageName(text);
    }

    @Override
    public int compareTo(ImageName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
