// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks something that may be stuck, for a scrape or a probe, which must not get stuck with it: a thread of its own asks
 * one question at a time, and callers wait only for a limited time. While a question is open, no caller waits beyond
 * the limit of that question.
 *
 * <p>Thread-safe: its fields are guarded by the monitor, which is never held while anybody waits.
 */
final class Sampled<T> {
    /** How long an answer is shared, so that the gauges of one scrape need only one question. */
    private static final Duration FRESH_FOR = Duration.ofSeconds(1);

    /** Well below the time after which Prometheus and Kubernetes give up: 10 s and what the chart says. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Supplier<T> question;
    private final Duration freshFor;
    private final Duration patience;
    private T last;
    private CompletableFuture<T> open = CompletableFuture.completedFuture(null);
    private long askedNanos;
    private long answeredNanos;
    private boolean isAnswered;
    private boolean isDoubted;
    private long doubtedNanos;

    /**
     * A sampled value whose answers are shared by all callers within a second.
     *
     * @param question may take for ever
     * @param unknown the value to use before there is an answer
     */
    static <T> Sampled<T> shared(Supplier<T> question, T unknown) {
        return new Sampled<>(question, unknown, FRESH_FOR, PATIENCE);
    }

    /** A sampled value that asks each time, unless the last question is still open. */
    static <T> Sampled<T> anew(Supplier<T> question, T unknown) {
        return new Sampled<>(question, unknown, Duration.ZERO, PATIENCE);
    }

    Sampled(Supplier<T> question, T unknown, Duration freshFor, Duration patience) {
        this.question = question;
        this.last = unknown;
        this.freshFor = freshFor;
        this.patience = patience;
    }

    /** An answer to come. As thread-safe as its source. */
    final class Answer {
        private final CompletableFuture<T> answer;
        private final long endNanos;

        private Answer(CompletableFuture<T> answer, long endNanos) {
            this.answer = answer;
            this.endNanos = endNanos;
        }

        /**
         * Waits for it.
         *
         * @throws TimeoutException when there is none in time
         * @throws RuntimeException what the question has thrown
         */
        T fresh() throws TimeoutException {
            return await(answer, endNanos - System.nanoTime());
        }

        /**
         * The same; or the previous answer, as long as the question has not been open for longer than this and the
         * previous question did not fail.
         *
         * @throws TimeoutException when there is neither
         */
        T standing(Duration deadline) throws TimeoutException {
            try {
                return fresh();
            } catch (TimeoutException underWay) {
                return lastWithin(deadline).orElseThrow(() -> underWay);
            }
        }
    }

    /**
     * Asks, unless a question is open or its last answer is still fresh. Never waits, so a caller with two questions
     * can ask both before it waits for an answer.
     */
    synchronized Answer ask() {
        long nowNanos = System.nanoTime();
        if (isAnswered && !isDoubted && nowNanos - answeredNanos <= freshFor.toNanos()) {
            return new Answer(CompletableFuture.completedFuture(last), nowNanos);
        }
        if (open.isDone()) {
            askedNanos = nowNanos;
            open = put();
        }
        return new Answer(open, askedNanos + patience.toNanos());
    }

    /** Tells that something may have changed the answer: earlier questions are not used for callers from now on. */
    synchronized void doubt() {
        isDoubted = true;
        doubtedNanos = System.nanoTime();
    }

    private synchronized Optional<T> lastWithin(Duration deadline) {
        return isAnswered && waited().compareTo(deadline) < 0 ? Optional.of(last) : Optional.empty();
    }

    /**
     * An answer that is no older than they may be here.
     *
     * @throws TimeoutException when there is none in time
     * @throws RuntimeException what the question has thrown
     */
    T fresh() throws TimeoutException {
        return ask().fresh();
    }

    /** How long the question has been open; zero when it is answered. */
    synchronized Duration waited() {
        return open.isDone() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - askedNanos);
    }

    /** The same as {@link #fresh}, or the last answer if that fails. */
    T newest() {
        try {
            return fresh();
        } catch (TimeoutException | RuntimeException none) {
            synchronized (this) {
                return last;
            }
        }
    }

    private CompletableFuture<T> put() {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread asking = new Thread(() -> put(answer), "scrubjay-sample");
        asking.setDaemon(true);
        asking.start();
        return answer;
    }

    private void put(CompletableFuture<T> answer) {
        try {
            T said = question.get();
            take(said);
            answer.complete(said);
        } catch (RuntimeException | Error failed) {
            forget();
            answer.completeExceptionally(failed);
        }
    }

    private synchronized void forget() {
        isAnswered = false;
    }

    private synchronized void take(T answer) {
        last = answer;
        answeredNanos = System.nanoTime();
        isAnswered = true;
        isDoubted = isDoubted && askedNanos - doubtedNanos < 0;
    }

    private static <T> T await(CompletableFuture<T> answer, long nanos) throws TimeoutException {
        try {
            return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }
}
