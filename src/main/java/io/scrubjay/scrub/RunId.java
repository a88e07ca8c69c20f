// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Which run.
 *
 * @param value the UUID
 */
public record RunId(UUID value) {
    public RunId {
        Objects.requireNonNull(value);
    }

    static RunId random() {
        return new RunId(UUID.randomUUID());
    }

    /** The id that is written like this, or empty when none is. */
    public static Optional<RunId> parse(String text) {
        try {
            RunId id = new RunId(UUID.fromString(text));
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
