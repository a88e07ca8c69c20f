// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets changes to one volume run in parallel, or holds them back while the volume must not change. A change that is
 * held back does not occupy a thread: it starts later.
 *
 * <p>Thread-safe: its lock is not held while code of others runs.
 */
final class ChangeGate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Deque<Runnable> line = new ArrayDeque<>();
    private int passing;
    private boolean held;

    /** Starts a change as soon as nobody holds the gate. */
    <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> change) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable start = () -> begin(change, result);
        lock.lock();
        try {
            if (held) {
                line.add(start);
                return result;
            }
            passing++;
        } finally {
            lock.unlock();
        }
        start.run();
        return result;
    }

    private <T> void begin(Supplier<CompletableFuture<T>> change, CompletableFuture<T> result) {
        CompletableFuture<T> started;
        try {
            started = change.get();
        } catch (RuntimeException | Error failed) {
            started = CompletableFuture.failedFuture(failed);
        }
        CompletableFuture<T> unused = started.whenComplete((value, failure) -> {
            // ORDER: the change leaves the gate before its result is known.
            passed();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void passed() {
        lock.lock();
        try {
            passing--;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until no change is under way, and does the work while none begins. Not for threads that complete stages.
     */
    <T> T holding(Supplier<T> work) {
        acquire();
        try {
            return work.get();
        } finally {
            release();
        }
    }

    private void acquire() {
        lock.lock();
        try {
            while (held) {
                moved.awaitUninterruptibly();
            }
            // No new change may begin while those under way end.
            held = true;
            while (passing > 0) {
                moved.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        Deque<Runnable> waiting;
        lock.lock();
        try {
            held = false;
            waiting = new ArrayDeque<>(line);
            line.clear();
            passing += waiting.size();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.forEach(Runnable::run);
    }
}
