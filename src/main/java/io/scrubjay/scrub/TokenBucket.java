// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

/**
 * A rate in bytes per second, with the burst of a tenth of a second. Who takes more than there is leaves a debt, and
 * the next one waits until it is paid off: so the rate holds over time whatever the size of a piece, and a rate below
 * one chunk a second is possible.
 *
 * <p>Does not wait itself, only says how long. Confined to whoever guards it.
 */
final class TokenBucket {
    /** The rate that limits nothing. */
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
     * Sets another rate. What is owed stays owed, in bytes.
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
     * Takes these bytes if nothing is owed.
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

    /** Takes these bytes, whatever is owed: they have been read already. */
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
