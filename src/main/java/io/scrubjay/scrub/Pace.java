// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Makes the scrub wait before each chunk: while it is paused, and as long as the rate limit requires. Both can be
 * changed at any time, with immediate effect.
 *
 * <p>Thread-safe: guarded by its own monitor. Time comes from the given clock alone: every wait ends with another look
 * at that clock, so its real length does not matter.
 */
final class Pace {
    /** How long it may take until a reason to give up is noticed, since nobody reports it here. */
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LongSupplier nanoClock;
    private final TokenBucket bucket;
    private boolean paused;

    Pace(long bytesPerSecond, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.bucket = new TokenBucket(bytesPerSecond, nanoClock.getAsLong());
    }

    /**
     * Waits until these bytes may be read.
     *
     * @param worthWaiting called again and again; must be fast
     * @return whether they may; {@code false} as soon as waiting is no longer worthwhile
     */
    synchronized boolean pass(long bytes, BooleanSupplier worthWaiting) {
        while (worthWaiting.getAsBoolean()) {
            long waitNanos = paused ? RECHECK_NANOS : bucket.tryTake(bytes, nanoClock.getAsLong());
            if (waitNanos == 0) {
                return true;
            }
            if (!waited(Math.min(waitNanos, RECHECK_NANOS))) {
                return false;
            }
        }
        return false;
    }

    private boolean waited(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Counts bytes against the rate that were read without waiting. */
    synchronized void charge(long bytes) {
        bucket.charge(bytes, nanoClock.getAsLong());
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return paused;
    }

    /** Sets the rate in bytes per second; 0 for no limit. */
    synchronized void rate(long bytesPerSecond) {
        bucket.rate(bytesPerSecond, nanoClock.getAsLong());
        notifyAll();
    }

    synchronized long rate() {
        return bucket.rate();
    }
}
