// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How often, and after which pauses, one fetch tries again: after a second at first, then twice as long each time up to
 * half a minute, each shortened by a random part of up to a half, so that fetches that failed together do not come back
 * together. All time between a failure and the next new byte counts; once it exceeds the budget, the fetch gives up.
 * Confined to the fetch's event loop.
 */
final class RetryBudget {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** More would only be cut to the longest pause, and at last overflow. */
    private static final int DOUBLINGS_MAX = 10;

    private final long budgetNanos;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private long spentNanos;
    private long failedAtNanos;
    private int failuresInARow;

    /**
     * @param random numbers from 0 to 1
     */
    RetryBudget(Duration budget, LongSupplier nanoClock, DoubleSupplier random) {
        this.budgetNanos = budget.toNanos();
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** Records that new bytes have arrived. */
    void progressed() {
        if (failuresInARow > 0) {
            spentNanos += nanoClock.getAsLong() - failedAtNanos;
            failuresInARow = 0;
        }
    }

    /**
     * Records a failure.
     *
     * @param asked how long the server asks to wait
     * @return how long to wait, or empty to give up
     */
    Optional<Duration> failed(Optional<Duration> asked) {
        if (failuresInARow == 0) {
            failedAtNanos = nanoClock.getAsLong();
        }
        long leftNanos = budgetNanos - spentNanos - (nanoClock.getAsLong() - failedAtNanos);
        if (leftNanos <= 0) {
            return Optional.empty();
        }
        long pauseNanos = pauseNanos();
        failuresInARow++;
        long askedNanos = Math.min(asked.orElse(Duration.ZERO).toNanos(), LONGEST_PAUSE.toNanos());
        return Optional.of(Duration.ofNanos(Math.min(Math.max(pauseNanos, askedNanos), leftNanos)));
    }

    private long pauseNanos() {
        int doublings = Math.min(failuresInARow, DOUBLINGS_MAX);
        long whole = Math.min(FIRST_PAUSE.toNanos() << doublings, LONGEST_PAUSE.toNanos());
        return whole - (long) (whole / 2.0 * random.getAsDouble());
    }
}
