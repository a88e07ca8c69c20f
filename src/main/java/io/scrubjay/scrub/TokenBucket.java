// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

/**
 * A rate limit in bytes per second, with bursts of a tenth of a second. A caller that takes more than is available
 * leaves a debt, and the next caller waits until it is paid off: so the rate is kept over time for pieces of any size,
 * and a rate below one chunk per second is possible.
 *
 * <p>Does not wait itself, but only says how long to wait. Guarded by its owner.
 */
final class TokenBucket {
    /** The rate for no limit. */
    static final long UNLIMITED = 0;

    private static final double BURST_SECONDS = 0.1;
    private static final double NANOS_PER_SECOND = 1e9;

    private long bytesPerSecond;
    private double tokens;
    private long countedNanos;

    TokenBucket(long bytesPerSecond, long nowNanos) {
        countedNanos = nowNanos;
        rate(bytesPerSecond, nowNanos);
        tokens = burst();
    }

    /**
     * Sets another rate. A debt stays the same number of bytes.
     *
     * @param bytesPerSecond {@code >= 0}; {@link #UNLIMITED} forgives every debt
     */
    void rate(long bytesPerSecond, long nowNanos) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate: " + bytesPerSecond);
        }
        count(nowNanos);
        this.bytesPerSecond = bytesPerSecond;
    }

    long rate() {
        return bytesPerSecond;
    }

    /**
     * Takes these bytes if there is no debt.
     *
     * @return 0 when they were taken, otherwise how many nanoseconds to wait before asking again
     */
    long tryTake(long bytes, long nowNanos) {
        count(nowNanos);
        if (bytesPerSecond != UNLIMITED && tokens <= 0) {
            return (long) Math.ceil((1 - tokens) * NANOS_PER_SECOND / bytesPerSecond);
        }
        tokens -= bytes;
        return 0;
    }

    /** Takes these bytes regardless of the debt: they have already been read. */
    void charge(long bytes, long nowNanos) {
        count(nowNanos);
        tokens -= bytes;
    }

    private void count(long nowNanos) {
        double earned = Math.max(0, nowNanos - countedNanos) * (double) bytesPerSecond / NANOS_PER_SECOND;
        tokens = bytesPerSecond == UNLIMITED ? 0 : Math.min(burst(), tokens + earned);
        countedNanos = nowNanos;
    }

    private double burst() {
        return Math.max(1, bytesPerSecond * BURST_SECONDS);
    }
}
