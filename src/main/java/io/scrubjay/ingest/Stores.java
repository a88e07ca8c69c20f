// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Stages;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The windows of one ingest that workers are storing. The first failure ends the ingest. Thread-safe; one thread starts
 * stores and waits for them.
 */
final class Stores {
    private final Executor workers;
    private final Consumer<Throwable> whenOneFails;
    private final Semaphore idle = new Semaphore(Integer.MAX_VALUE);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * @param whenOneFails called for the first window that could not be stored, on the worker that tried
     */
    Stores(Executor workers, Consumer<Throwable> whenOneFails) {
        this.workers = workers;
        this.whenOneFails = whenOneFails;
    }

    /**
     * Makes a worker store a window.
     *
     * @param store starts storing; its future completes when the window is free again
     * @param release releases the window, whether or not it could be stored
     * @return completes after that
     */
    CompletableFuture<Void> start(Supplier<CompletableFuture<Void>> store, Runnable release) {
        idle.acquireUninterruptibly();
        return CompletableFuture.completedFuture(store)
                .thenComposeAsync(Supplier::get, workers)
                .whenComplete((stored, failed) -> {
                    if (failed != null && failure.compareAndSet(null, failed)) {
                        whenOneFails.accept(failed);
                    }
                    release.run();
                    idle.release();
                });
    }

    /**
     * Returns normally while no window has failed.
     *
     * @throws RuntimeException the first failure
     */
    void requireNoFailure() {
        if (failure.get() != null) {
            throw Stages.unwrapped(failure.get());
        }
    }

    /** Waits until no window is being stored. */
    void await() {
        idle.acquireUninterruptibly(Integer.MAX_VALUE);
        idle.release(Integer.MAX_VALUE);
    }
}
