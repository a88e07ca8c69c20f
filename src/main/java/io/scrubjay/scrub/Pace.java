// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Where the scrub waits before each chunk: while it is paused, and until the rate limit lets it on. Both can be changed
 * at any time and hold at once.
 *
 * <p>Thread-safe: guarded by its own monitor. Time comes from the given clock; how long a wait takes on the wall decides
 * nothing, as every wait ends with another look at that clock.
 */
final class Pace {
    /** How long a reason to give up, which nobody reports here, may go unseen. */
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
     * @param worthWaiting asked again and again; must be short
     * @return whether they may; {@code false} as soon as it is not worth waiting any more
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

    /** Counts bytes against the rate that were read without asking. */
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
