// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/**
 * Counts the operations in progress, admits no more once it is closed, and waits for the last one to end. Thread-safe:
 * guarded by itself.
 */
public final class InFlight {
    private final String what;
    private int count;
    private boolean closed;

    /**
     * Admits operations until it is closed.
     *
     * @param what what the operations use, for the message of the exception once it is closed
     */
    public InFlight(String what) {
        this.what = what;
    }

    /**
     * Begins an operation.
     *
     * @throws IllegalStateException when this is closed
     */
    public synchronized void enter() {
        check();
        count++;
    }

    /** Ends an operation that {@link #enter} began. */
    public synchronized void leave() {
        count--;
        notifyAll();
    }

    /**
     * Returns normally while operations are admitted.
     *
     * @throws IllegalStateException when it is closed
     */
    public synchronized void check() {
        if (closed) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    /**
     * Admits no further operation, and waits until all have ended.
     *
     * @return whether it was this call that closed it
     */
    public synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        boolean interrupted = false;
        while (count > 0) {
            try {
                wait();
            } catch (InterruptedException again) {
                // The caller may not use the buffers of running operations before these end.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
