// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.ScrubLevel;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** The schedule of automatic scrubs of everything. Thread-safe. */
public interface ScrubSchedule {
    /** The configured cron expression for scrubs of this level; empty for never. */
    Optional<String> cron(ScrubLevel level);

    /** The time zone of the schedule. */
    ZoneId zone();

    /** When the next scrub of this level starts. Until the scrub is due, this does not include the random delay. */
    Optional<Instant> next(ScrubLevel level);
}
