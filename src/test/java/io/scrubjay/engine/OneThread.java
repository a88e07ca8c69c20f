// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * A decorator's own thread, on which it prepares operations one after the other: it may wait for the engine below there,
 * which it must not do on its caller's thread.
 */
final class OneThread {
    private final ExecutorService executor;

    OneThread(String name) {
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins an operation when all that were handed in before have begun. */
    CompletionStage<Void> submit(Supplier<CompletionStage<Void>> operation) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Runnable beginning = () -> {
            try {
                operation.get().whenComplete((nothing, thrown) -> {
                    if (thrown == null) {
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(thrown);
                    }
                });
            } catch (RuntimeException | Error failed) {
                answer.completeExceptionally(failed);
            }
        };
        try {
            executor.execute(beginning);
        } catch (RejectedExecutionException shutDown) {
            throw new IllegalStateException("the engine is closed", shutDown);
        }
        return answer;
    }

    /** Waits until all that were handed in have begun. */
    void drain() {
        try {
            executor.submit(() -> {}).get();
        } catch (RejectedExecutionException shutDown) {
            // Nobody hands in anything any more, and whoever shut it down does not go on before all have begun.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    void shutdown() {
        executor.shutdown();
    }
}
