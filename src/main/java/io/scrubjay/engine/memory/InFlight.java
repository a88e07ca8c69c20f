package io.scrubjay.engine.memory;

/** Counts the operations under way, and closes a door behind the last of them. Thread-safe: guarded by itself. */
final class InFlight {
    private final String what;
    private int count;
    private boolean closed;

    /** @param what what the door leads to, for the message of whoever comes too late */
    InFlight(String what) {
        this.what = what;
    }

    /**
     * Begins an operation.
     *
     * @throws IllegalStateException when the door is closed
     */
    synchronized void enter() {
        check();
        count++;
    }

    synchronized void leave() {
        count--;
        notifyAll();
    }

    /** @throws IllegalStateException when the door is closed */
    synchronized void check() {
        if (closed) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    /**
     * Lets nobody in any more and waits until everybody has left.
     *
     * @return whether it was this call that closed the door
     */
    synchronized boolean close() {
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
