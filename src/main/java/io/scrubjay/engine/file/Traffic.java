// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The operations in progress on one volume, over all its handles: limits their number, and can hold off changes for a
 * moment. Thread-safe.
 *
 * <p>A caller beyond the limit waits. Only an I/O thread does not wait: it makes the call from a callback of an
 * operation that has just ended, and if all I/O threads waited, no operation would ever end.
 */
final class Traffic {
    private final IoThreads threads;
    private final int depthMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Consumer<BounceBuffer>> heldOff = new ArrayDeque<>();
    private int depth;
    private int changing;
    private boolean holding;

    /** What an operation does to the volume's bytes. */
    enum Effect {
        READS,
        CHANGES
    }

    Traffic(IoThreads threads, int depthMax) {
        this.threads = threads;
        this.depthMax = depthMax;
    }

    /**
     * Runs a task on an I/O thread, after waiting for a place. Just before it completes its stage, the task calls
     * {@link #ended}.
     */
    void start(Effect effect, Consumer<BounceBuffer> task) {
        lock.lock();
        try {
            while (depth >= depthMax && !IoThreads.isCurrent()) {
                changed.awaitUninterruptibly();
            }
            depth++;
            if (effect == Effect.CHANGES && holding) {
                heldOff.add(task);
                return;
            }
            if (effect == Effect.CHANGES) {
                changing++;
            }
            threads.execute(task);
        } finally {
            lock.unlock();
        }
    }

    /** Ends an operation, and gives its place to the next one. */
    void ended(Effect effect) {
        lock.lock();
        try {
            depth--;
            if (effect == Effect.CHANGES) {
                changing--;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a call while no change is in progress: waits for the changes in progress, and holds off new ones without
     * occupying a thread. Reads go on. An I/O thread must not call this.
     */
    <T> T holdingChanges(Supplier<T> call) {
        hold();
        try {
            return call.get();
        } finally {
            resume();
        }
    }

    private void hold() {
        lock.lock();
        try {
            while (holding) {
                changed.awaitUninterruptibly();
            }
            holding = true;
            while (changing > 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void resume() {
        lock.lock();
        try {
            holding = false;
            changing += heldOff.size();
            heldOff.forEach(threads::execute);
            heldOff.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
