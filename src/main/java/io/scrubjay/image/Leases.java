// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All leases of one image, snapshot or volume. Before it is deleted it is retired: it gets no new lease, and its deletion
 * waits until the others have ended.
 *
 * <p>Thread-safe: guarded by its own monitor, under which nothing is called.
 *
 * @param <T> what is used
 */
public final class Leases<T> {
    private final T leased;
    private int open;
    private boolean retiring;

    public Leases(T leased) {
        this.leased = leased;
    }

    T leased() {
        return leased;
    }

    /** Gives a lease; none while it is being retired, or is retired. */
    public synchronized Optional<Lease<T>> begin() {
        if (retiring) {
            return Optional.empty();
        }
        open++;
        return Optional.of(new Lease<>(this));
    }

    synchronized void ended() {
        open--;
        assert open >= 0 : "a lease ended twice";
        notifyAll();
    }

    /** How many leases have not ended. */
    public synchronized int count() {
        return open;
    }

    /** Whether it is being retired, or is retired. */
    public synchronized boolean isRetiring() {
        return retiring;
    }

    /**
     * Gives no lease any more, and waits until all have ended; for workers.
     *
     * @param patience how long it waits
     * @return whether none is left: nobody uses it until {@link #unretire}. Otherwise leases are given as before, unless
     *     somebody else is retiring it
     * @throws InterruptedException while it waits; leases are given as before
     */
    public synchronized boolean retire(Duration patience) throws InterruptedException {
        if (retiring) {
            return false;
        }
        retiring = true;
        boolean isUnused = false;
        try {
            isUnused = waitUntilUnused(System.nanoTime() + patience.toNanos());
        } finally {
            retiring = isUnused;
        }
        return isUnused;
    }

    private boolean waitUntilUnused(long deadlineNanos) throws InterruptedException {
        while (open > 0) {
            long leftNanos = deadlineNanos - System.nanoTime();
            if (leftNanos <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        return true;
    }

    /** Takes {@link #retire} back after a deletion that failed. */
    public synchronized void unretire() {
        retiring = false;
    }
}
