// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A setting that an administrator changed while the agent was running. It stays in force until it is changed again,
 * even after restarts.
 *
 * @param name which setting
 * @param value the rate in bytes per second, 0 for no limit; or 1 for paused and 0 for not paused
 * @param setAt when it was changed
 */
public record ScrubSetting(Name name, long value, Instant setAt) {
    /** The settings that can be changed. */
    public enum Name {
        /** How many bytes are read per second. */
        RATE_LIMIT("rate-limit"),
        /** Whether scrubs are paused. */
        PAUSED("paused");

        private final String stored;

        Name(String stored) {
            this.stored = stored;
        }

        /** The word for it in the history. */
        String stored() {
            return stored;
        }

        static Optional<Name> ofStored(String word) {
            return Arrays.stream(values())
                    .filter(name -> name.stored.equals(word))
                    .findFirst();
        }
    }

    public ScrubSetting {
        Objects.requireNonNull(name);
        Objects.requireNonNull(setAt);
        if (value < 0) {
            throw new IllegalArgumentException("a setting is 0 or more, not " + value);
        }
    }
}
