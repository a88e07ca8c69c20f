// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All leases of one image, snapshot or volume. Before a deletion it is retired: no new lease is given, and the deletion
 * waits until the existing ones have ended.
 *
 * <p>Thread-safe: guarded by its own monitor, which is not held during calls to other objects.
 *
 * @param <T> the type of the thing that is used
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

    /** Gives a lease, or returns empty if this is being retired or is retired. */
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
     * Stops giving leases, and waits until all have ended; for workers.
     *
     * @param patience how long it waits
     * @return whether no lease is left, and none will be given until {@link #unretire}. Otherwise leases are given as
     *     before, unless another call is retiring it
     * @throws InterruptedException when it is interrupted while waiting; leases are given as before
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

    /** Undoes {@link #retire} after a deletion that failed. */
    public synchronized void unretire() {
        retiring = false;
    }
}
