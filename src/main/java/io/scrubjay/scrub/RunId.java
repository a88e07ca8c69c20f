// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of a run.
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

    /** Parses an id; empty when the text is not one. */
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
