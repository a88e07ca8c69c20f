// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What decorators do when an operation ends, before the caller hears of it. */
final class Completion {
    private Completion() {}

    /**
     * A stage that ends when the other one has ended and the hook has run.
     *
     * @param hook is given the failure, if any, and says what the failure is to be; what it throws is one
     */
    static CompletionStage<Void> after(CompletionStage<Void> stage, UnaryOperator<Optional<Throwable>> hook) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        stage.whenComplete((nothing, thrown) -> {
            Optional<Throwable> outcome;
            try {
                outcome = hook.apply(Optional.ofNullable(thrown).map(Completion::unwrapped));
            } catch (RuntimeException | Error failed) {
                outcome = Optional.of(failed);
            }
            if (outcome.isPresent()) {
                answer.completeExceptionally(outcome.get());
            } else {
                answer.complete(null);
            }
        });
        return answer;
    }

    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
