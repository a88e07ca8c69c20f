// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceStalled;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes blocking calls on its own threads, so that callers can stop waiting. An abandoned call goes on; while there are
 * {@link #ABANDONED_MAX} of them, every further call is refused at once, so that a dead device cannot use up all
 * threads. Thread-safe.
 */
final class StallGuard {
    static final int ABANDONED_MAX = 16;

    private final Duration deadline;
    private final AtomicInteger abandoned = new AtomicInteger();
    private final ExecutorService threads;

    StallGuard(Duration deadline) {
        this.deadline = deadline;
        // There is a thread for each waiting caller and for each abandoned call; idle threads end soon, so nothing has
        // to stop them.
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "engine-call");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Begins a call.
     *
     * @throws DeviceStalled when too many abandoned calls are still running
     */
    <T> Pending<T> start(String call, Supplier<T> work) {
        if (abandoned.get() >= ABANDONED_MAX) {
            throw new DeviceStalled(ABANDONED_MAX + " earlier calls, so " + call, deadline);
        }
        Pending<T> pending = new Pending<>(call);
        threads.execute(() -> pending.run(work));
        return pending;
    }

    /** A running call. Thread-safe: its state is guarded by its monitor. */
    final class Pending<T> {
        private final String call;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private boolean ended;
        private boolean givenUp;
        private Optional<Consumer<T>> onLate = Optional.empty();

        private Pending(String call) {
            this.call = call;
        }

        /**
         * Waits until the call has ended, or the deadline passes; may be called again after that.
         *
         * @throws DeviceStalled when it passes
         */
        T await() {
            return await(result -> {});
        }

        /**
         * As {@link #await()}.
         *
         * @param late takes a result that arrives after the caller has stopped waiting
         */
        T await(Consumer<T> late) {
            try {
                return outcomeBy(System.nanoTime() + deadline.toNanos());
            } catch (TimeoutException passed) {
                if (giveUp(late)) {
                    throw new DeviceStalled(call, deadline);
                }
                return Stages.await(outcome); // it ended in the last moment
            } catch (ExecutionException failed) {
                throw Stages.unwrapped(failed);
            }
        }

        private T outcomeBy(long endNanos) throws ExecutionException, TimeoutException {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return outcome.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException again) {
                        interrupted = true;
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void run(Supplier<T> work) {
            try {
                T result = work.get();
                Optional<Consumer<T>> late = end();
                outcome.complete(result);
                late.ifPresent(action -> action.accept(result));
            } catch (RuntimeException | Error failure) {
                end();
                outcome.completeExceptionally(failure);
            }
        }

        private synchronized boolean giveUp(Consumer<T> late) {
            if (ended) {
                return false;
            }
            if (!givenUp) {
                givenUp = true;
                abandoned.incrementAndGet();
            }
            onLate = Optional.of(late);
            return true;
        }

        private synchronized Optional<Consumer<T>> end() {
            if (givenUp && !ended) {
                abandoned.decrementAndGet();
            }
            ended = true;
            return onLate;
        }
    }
}
