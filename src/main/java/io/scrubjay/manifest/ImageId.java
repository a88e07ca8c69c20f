// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an image is, whatever it is called: unique for ever, also after its name has been given to another image.
 *
 * @param value the UUID
 */
public record ImageId(UUID value) implements Comparable<ImageId> {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public ImageId {
        Objects.requireNonNull(value);
    }

    /** An identity that nothing had before. */
    public static ImageId random() {
        return new ImageId(UUID.randomUUID());
    }

    /**
     * Parses the form with dashes.
     *
     * @throws IllegalArgumentException when the text is no UUID
     */
    public static ImageId parse(String text) {
        UUID value = UUID.fromString(text);
        // The JDK also takes shortened groups; two spellings of one identity are one too many.
        if (!value.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID: '" + text + "'");
        }
        return new ImageId(value);
    }

    /** Parses 32 lower-case hex digits; empty for anything else. */
    public static Optional<ImageId> ofHex(String text) {
        if (!HEX.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new ImageId(
                new UUID(Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16))));
    }

    /** The UUID as 32 lower-case hex digits, as volume names carry it. */
    public String hex() {
        return value.toString().replace("-", "");
    }

    /** In the order of the hex digits. */
    @Override
    public int compareTo(ImageId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
