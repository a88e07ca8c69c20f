// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of an image, a snapshot or a volume, as in stored records and in the names of volumes in the pool: unique for
 * ever. {@link ImageId} and {@link VolumeId} say what the id belongs to.
 *
 * @param value the UUID
 */
public record StoredId(UUID value) implements Comparable<StoredId> {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public StoredId {
        Objects.requireNonNull(value);
    }

    /** A new id. */
    static StoredId random() {
        return new StoredId(UUID.randomUUID());
    }

    /**
     * Parses the form with dashes.
     *
     * @throws IllegalArgumentException when the text is not a UUID
     */
    static StoredId parse(String text) {
        UUID value = UUID.fromString(text);
        // The JDK also accepts shortened groups, but each id must have only one spelling.
        if (!value.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID: '" + text + "'");
        }
        return new StoredId(value);
    }

    /** Parses 32 lower-case hex digits; empty for anything else. */
    static Optional<StoredId> ofHex(String text) {
        if (!HEX.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new StoredId(
                new UUID(Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16))));
    }

    /** The UUID as 32 lower-case hex digits, as in the names of volumes in the pool. */
    public String hex() {
        return value.toString().replace("-", "");
    }

    /** In the order of the hex digits. */
    @Override
    public int compareTo(StoredId other) {
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
