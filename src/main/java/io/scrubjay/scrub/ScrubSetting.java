// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What an administrator has set while the agent ran. It holds until it is set again, over restarts too.
 *
 * @param name what was set
 * @param value the rate in bytes a second, 0 for no limit; or 1 for paused and 0 for not
 * @param setAt when
 */
public record ScrubSetting(Name name, long value, Instant setAt) {
    /** What can be set. */
    public enum Name {
        /** How many bytes a second are read. */
        RATE_LIMIT("rate-limit"),
        /** Whether scrubs are paused. */
        PAUSED("paused");

        private final String stored;

        Name(String stored) {
            this.stored = stored;
        }

        /** The word in the history. */
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
