// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The time from the opening of an engine to its close: calls run only within it. Thread-safe. */
public final class Lifespan {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean over;

    /** Makes a call; {@link #end} waits for it to return. */
    public <T> T during(Supplier<T> call) {
        lock.readLock().lock();
        try {
            if (over) {
                throw new IllegalStateException("the engine is closed");
            }
            return call.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Ends the lifespan: waits for all calls, then runs the cleanup. From then on, calls fail. Does nothing when it has
     * already ended.
     */
    public void end(Runnable cleanup) {
        lock.writeLock().lock();
        try {
            if (!over) {
                over = true;
                cleanup.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
