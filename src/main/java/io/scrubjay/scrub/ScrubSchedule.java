// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.ScrubLevel;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** When scrubs of everything start by themselves. Thread-safe. */
public interface ScrubSchedule {
    /** When scrubs of this level are due, as it was configured; empty for never. */
    Optional<String> cron(ScrubLevel level);

    /** The time zone that those times are in. */
    ZoneId zone();

    /** When the next one starts; until it is due, without the random delay. */
    Optional<Instant> next(ScrubLevel level);
}
