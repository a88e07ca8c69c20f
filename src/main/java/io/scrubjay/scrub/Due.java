// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A future moment, by the clock and by elapsed time. It is reached as soon as one of the two reaches it: setting the
 * clock back does not delay it, and neither does setting the clock forward past it. Immutable.
 *
 * @param at the moment by the clock
 * @param atNanos the moment by elapsed time, as in {@link System#nanoTime}
 */
record Due(Instant at, long atNanos) {
    /**
     * How far the two may differ before the clock counts as set: small corrections of the clock happen all the time.
     */
    private static final Duration CORRECTION_MAX = Duration.ofMinutes(1);
    /** Longer than any agent runs, and short enough to be counted in nanoseconds. */
    private static final Duration AWAY_MAX = Duration.ofDays(36_500);

    /** A moment, as seen from now. */
    static Due at(Instant at, Instant now, long nanoNow) {
        Duration away = Duration.between(now, at);
        return new Due(at, nanoNow + (away.compareTo(AWAY_MAX) > 0 ? AWAY_MAX : away).toNanos());
    }

    boolean isReached(Instant now, long nanoNow) {
        return left(now, nanoNow).isZero();
    }

    /** The time until the moment; zero when it is reached, never negative. */
    Duration left(Instant now, long nanoNow) {
        Duration byClock = Duration.between(now, at);
        Duration elapsed = elapsed(nanoNow);
        Duration left = byClock.compareTo(elapsed) < 0 ? byClock : elapsed;
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The time at which it will be reached, according to the present clock. */
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
