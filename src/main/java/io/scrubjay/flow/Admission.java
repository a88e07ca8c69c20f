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
 * Admits work of one kind: so much at once, and none any more once {@link #refuse} was called. Knows what it has admitted,
 * so that whoever ends the agent can wait for its end, or stop it.
 *
 * <p>Thread-safe: guarded by its monitor, under which nothing is called. Waits only where a method says so.
 */
public final class Admission {
    /** Why work is not admitted; the caller says it in its own words. */
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
     * Takes a slot. Does not wait.
     *
     * @param refusal makes what is thrown when there is none
     */
    public Slot enter(Function<Denial, ? extends RuntimeException> refusal) {
        return enter(Duration.ZERO, refusal);
    }

    /**
     * Takes a slot, and waits for one if it has to; for workers. An interrupt ends the wait.
     *
     * @param patience how long it waits
     * @param refusal makes what is thrown when there is none
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

    /** Admits no work any more; what is under way goes on. */
    public void refuse() {
        synchronized (this) {
            refusing = true;
            notifyAll();
        }
        noteEnd();
    }

    /** Completes after {@link #refuse} when nothing is under way any more; never fails. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /**
     * Waits for {@link #ended}; for workers.
     *
     * @return whether it has come; not when the wait is interrupted
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

    /** Refuses, and has what is under way stopped, each in the way it has said; does not wait for its end. */
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
         * Says how the work in this slot is stopped; the work ends when the slot is closed.
         *
         * @param how does not wait; called at once when all has been stopped already
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
         * Says that the work in this slot has not ended before this stage has: where the slot is closed before its sender
         * hears of the end, so that the sender's next request finds it free.
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

        /** Lets other work in. Twice is harmless. */
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
