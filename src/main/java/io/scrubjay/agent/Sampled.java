// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.time.Duration;
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

    /**
     * An answer that is no older than they may be here.
     *
     * @throws TimeoutException when there is none in time
     * @throws RuntimeException what the question has thrown
     */
    T fresh() throws TimeoutException {
        CompletableFuture<T> answer;
        long leftNanos;
        synchronized (this) {
            long nowNanos = System.nanoTime();
            if (isAnswered && nowNanos - answeredNanos <= freshFor.toNanos()) {
                return last;
            }
            if (open.isDone()) {
                askedNanos = nowNanos;
                open = ask();
            }
            answer = open;
            leftNanos = patience.toNanos() - (nowNanos - askedNanos);
        }
        return await(answer, leftNanos);
    }

    /** The same or, where that fails, the last answer there was. */
    T newest() {
        try {
            return fresh();
        } catch (TimeoutException | RuntimeException none) {
            synchronized (this) {
                return last;
            }
        }
    }

    private CompletableFuture<T> ask() {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread asking = new Thread(() -> ask(answer), "scrubjay-sample");
        asking.setDaemon(true);
        asking.start();
        return answer;
    }

    private void ask(CompletableFuture<T> answer) {
        try {
            T said = question.get();
            take(said);
            answer.complete(said);
        } catch (RuntimeException | Error failed) {
            answer.completeExceptionally(failed);
        }
    }

    private synchronized void take(T answer) {
        last = answer;
        answeredNanos = System.nanoTime();
        isAnswered = true;
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
