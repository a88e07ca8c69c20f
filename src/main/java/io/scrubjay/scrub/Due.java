// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A moment to come, by the clock on the wall and by elapsed time. It is reached when either says so: a clock that is set
 * back does not put it off, and one that is set forward past it does not either. Immutable.
 *
 * @param at by the clock
 * @param atNanos by elapsed time, as {@link System#nanoTime} counts it
 */
record Due(Instant at, long atNanos) {
    /** By how much the two may differ before the clock counts as set: it is also corrected by little, all the time. */
    private static final Duration CORRECTION_MAX = Duration.ofMinutes(1);
    /** Further away than any agent runs, and short enough to be counted in nanoseconds. */
    private static final Duration AWAY_MAX = Duration.ofDays(36_500);

    /** A moment, as seen at this one. */
    static Due at(Instant at, Instant now, long nanoNow) {
        Duration away = Duration.between(now, at);
        return new Due(at, nanoNow + (away.compareTo(AWAY_MAX) > 0 ? AWAY_MAX : away).toNanos());
    }

    boolean isReached(Instant now, long nanoNow) {
        return left(now, nanoNow).isZero();
    }

    /** How long it takes; zero when it is reached, never negative. */
    Duration left(Instant now, long nanoNow) {
        Duration byClock = Duration.between(now, at);
        Duration elapsed = elapsed(nanoNow);
        Duration left = byClock.compareTo(elapsed) < 0 ? byClock : elapsed;
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** When it will be by the clock as it goes now. */
    Instant expectedAt(Instant now, long nanoNow) {
        return isClockSet(now, nanoNow) ? now.plus(left(now, nanoNow)).truncatedTo(ChronoUnit.SECONDS) : at;
    }

    /** Whether the clock was set since, rather than corrected. */
    boolean isClockSet(Instant now, long nanoNow) {
        Duration difference = Duration.between(now, at).minus(elapsed(nanoNow));
        return difference.abs().compareTo(CORRECTION_MAX) > 0;
    }

    private Duration elapsed(long nanoNow) {
        return Duration.ofNanos(atNanos - nanoNow);
    }
}
