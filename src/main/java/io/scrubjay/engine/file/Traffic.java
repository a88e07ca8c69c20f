// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The operations under way on one volume, over all its handles: bounds their number, and can hold changes off for a
 * moment. Thread-safe.
 *
 * <p>A caller that would go over the bound waits. Only an I/O thread does not: it comes from a callback of an operation
 * that has just ended, and if all such threads waited nothing would ever end.
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

    /** Runs a task on an I/O thread, after waiting for a place. The task calls {@link #ended} as its last but one act. */
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

    /** Gives an operation's place to the next. */
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
     * Makes a call while no change is under way: waits for those that are, and holds new ones off; reads go on. Those held
     * off occupy no thread. Never called by an I/O thread.
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
