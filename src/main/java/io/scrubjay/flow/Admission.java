// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Admits work of one kind: up to a limit at once, and none after {@link #refuse}. It knows the admitted work, so that
 * the agent can wait for its end, or stop it, when it shuts down.
 *
 * <p>Thread-safe: guarded by its monitor, which is not held during calls to other objects. Blocks only where a method
 * says so.
 */
public final class Admission {
    /** Why work is not admitted; the caller puts this into words. */
    public enum Denial {
        /** All slots are taken. */
        FULL,
        /** No work is admitted any more. */
        REFUSING
    }

    private final int slotsMax;
    private final Set<Slot> underWay = new HashSet<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int taken;
    private boolean refusing;
    private boolean stopped;

    /** @param slotsMax how much work is admitted at once, at least 1 */
    public Admission(int slotsMax) {
        if (slotsMax < 1) {
            throw new IllegalArgumentException("there must be at least 1 slot, not " + slotsMax);
        }
        this.slotsMax = slotsMax;
    }

    /**
     * Takes a slot, without waiting.
     *
     * @param refusal makes the exception that is thrown when no slot is free
     */
    public Slot enter(Function<Denial, ? extends RuntimeException> refusal) {
        return enter(Duration.ZERO, refusal);
    }

    /**
     * Takes a slot, and waits for one if necessary; for workers. An interrupt ends the wait.
     *
     * @param patience how long it waits
     * @param refusal makes the exception that is thrown when no slot is free
     */
    public Slot enter(Duration patience, Function<Denial, ? extends RuntimeException> refusal) {
        Denial denial;
        synchronized (this) {
            awaitSlot(System.nanoTime() + patience.toNanos());
            if (!refusing && taken < slotsMax) {
                taken++;
                Slot slot = new Slot();
                underWay.add(slot);
                return slot;
            }
            denial = refusing ? Denial.REFUSING : Denial.FULL;
        }
        throw refusal.apply(denial);
    }

    private void awaitSlot(long deadlineNanos) {
        while (!refusing && taken == slotsMax) {
            long leftNanos = deadlineNanos - System.nanoTime();
            if (leftNanos <= 0) {
                return;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** How many slots are taken. */
    public synchronized int takenCount() {
        return taken;
    }

    /** Admits no more work; running work goes on. */
    public void refuse() {
        synchronized (this) {
            refusing = true;
            notifyAll();
        }
        noteEnd();
    }

    /** Completes after {@link #refuse} when all work has ended; never fails. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /**
     * Waits for {@link #ended}; for workers.
     *
     * @return whether all work has ended; false when the wait is interrupted
     */
    public boolean endsWithin(Duration patience) {
        try {
            ended.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException never) {
            throw new AssertionError(never);
        }
    }

    /**
     * Admits no more work, and stops the running work, each piece in the way given to {@link Slot#stopBy}; does not
     * wait for its end.
     */
    public void stop() {
        refuse();
        List<Runnable> stops;
        synchronized (this) {
            stopped = true;
            stops = underWay.stream().map(slot -> slot.stop).toList();
        }
        stops.forEach(Runnable::run);
    }

    private void noteEnd() {
        boolean isEnd;
        synchronized (this) {
            isEnd = refusing && underWay.isEmpty();
        }
        if (isEnd) {
            ended.complete(null);
        }
    }

    /** The place of one piece of work, until closed. */
    public final class Slot implements AutoCloseable {
        private Runnable stop = () -> {};
        private boolean open = true;
        private boolean running;

        private Slot() {}

        /**
         * Sets how the work in this slot is stopped; the work ends when the slot is closed.
         *
         * @param how stops the work without waiting; called at once if {@link #stop} was called before
         */
        public void stopBy(Runnable how) {
            boolean isStopped;
            synchronized (Admission.this) {
                stop = how;
                isStopped = stopped;
            }
            if (isStopped) {
                how.run();
            }
        }

        /**
         * Lets the work in this slot count as running until this stage completes. For work whose slot is closed before
         * its sender is told of the end, so that the sender's next request finds a free slot.
         */
        public void endsWith(CompletionStage<?> done) {
            synchronized (Admission.this) {
                running = true;
                underWay.add(this);
            }
            CompletionStage<?> unused = done.whenComplete((result, failure) -> ran());
        }

        private void ran() {
            synchronized (Admission.this) {
                running = false;
                leave();
            }
            noteEnd();
        }

        /** Frees the slot. Closing twice is harmless. */
        @Override
        public void close() {
            synchronized (Admission.this) {
                if (!open) {
                    return;
                }
                open = false;
                taken--;
                leave();
                Admission.this.notifyAll();
            }
            noteEnd();
        }

        private void leave() {
            if (!open && !running) {
                underWay.remove(this);
            }
        }
    }
}
