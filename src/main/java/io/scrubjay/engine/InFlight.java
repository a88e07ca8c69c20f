// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** Counts the operations under way, and closes a door behind the last of them. Thread-safe: guarded by itself. */
public final class InFlight {
    private final String what;
    private int count;
    private boolean closed;

    /**
     * An open door.
     *
     * @param what what it leads to, for the message of whoever comes too late
     */
    public InFlight(String what) {
        this.what = what;
    }

    /**
     * Begins an operation.
     *
     * @throws IllegalStateException when the door is closed
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
     * Passes while the door is open.
     *
     * @throws IllegalStateException when it is closed
     */
    public synchronized void check() {
        if (closed) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    /**
     * Lets nobody in any more and waits until everybody has left.
     *
     * @return whether it was this call that closed the door
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
                // The buffers of operations under way are not the caller's before they end.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
