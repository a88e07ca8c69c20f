// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** How a worker waits for the engine. */
public final class Stages {
    private Stages() {}

    /**
     * Waits for a stage. For workers only: neither an event loop nor an engine's own thread may call this.
     *
     * @throws EngineException when the stage failed with it
     */
    public static <T> T await(CompletionStage<T> stage) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return stage.toCompletableFuture().get();
                } catch (InterruptedException again) {
                    // A device operation cannot be cancelled: the engine may use its buffer until it completes.
                    interrupted = true;
                } catch (ExecutionException failed) {
                    throw unwrapped(failed);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The failure itself, without the wrappers that stages put around it. */
    public static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * The failure itself, to be thrown.
     *
     * @throws Error when the failure is an {@code Error}
     */
    public static RuntimeException unwrapped(Throwable failure) {
        Throwable cause = causeOf(failure);
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
