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
 * What somebody says who may be stuck, for a scrape or a probe, which must not be stuck with it: the question is put by a
 * thread of its own, one at a time, and waited for a moment. While one is open nobody else waits for longer than is left of
 * that moment.
 *
 * <p>Thread-safe: its fields are guarded by the monitor, which is never held while anybody waits.
 */
final class Sampled<T> {
    /** The gauges of one scrape share one question. */
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
     * One whose answers serve all who ask within a second.
     *
     * @param question may take for ever
     * @param unknown what counts as the last answer before there is one
     */
    static <T> Sampled<T> shared(Supplier<T> question, T unknown) {
        return new Sampled<>(question, unknown, FRESH_FOR, PATIENCE);
    }

    /** One that puts the question each time, unless it is stuck with it. */
    static <T> Sampled<T> anew(Supplier<T> question, T unknown) {
        return new Sampled<>(question, unknown, Duration.ZERO, PATIENCE);
    }

    Sampled(Supplier<T> question, T unknown, Duration freshFor, Duration patience) {
        this.question = question;
        this.last = unknown;
        this.freshFor = freshFor;
        this.patience = patience;
    }

    /** An answer that is waited for. As thread-safe as its source. */
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
         * The same or, as long as the question has not been open for longer than this, the answer before, unless asking
         * failed then.
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
     * Puts the question, unless it is open or its last answer is still fresh. Never waits: somebody who has two questions
     * puts both before he waits for either.
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

    /** Something has happened that may change the answer: what was asked before serves nobody who asks from now on. */
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

    /** For how long the question has been open: zero when it is answered. */
    synchronized Duration waited() {
        return open.isDone() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - askedNanos);
    }

    /** The same as {@link #fresh} or, where that fails, the last answer there was. */
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
