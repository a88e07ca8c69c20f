// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.Context;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;

/**
 * Fetches one file into one ingest, in as many attempts as it takes. It is the ingest's sender: it ends with exactly one
 * of {@link Ingest#complete} and {@link Ingest#cut}. Confined to its event loop, except {@link #start}.
 */
final class Fetch implements Attempt.Course {
    private static final Logger LOG = Logger.getLogger(Fetch.class);

    /** Who counts. */
    interface Count {
        /** A fetch tries again. */
        void retried();

        /** The fetch has ended, one way or the other. */
        void ended();
    }

    private final FetchTools tools;
    private final Context loop;
    private final FetchSource source;
    private final Ingest ingest;
    private final Count count;
    private final FetchedFile file = new FetchedFile();
    private final AnswerRules rules;
    private final RetryBudget budget;
    private Optional<Attempt> attempt = Optional.empty();
    private FetchTimer.Cancellation pause = () -> {};
    private int attempts;
    private boolean isOver;

    /**
     * @param loop an event loop of its own
     * @param random numbers from 0 to 1, for the pauses
     */
    Fetch(
            FetchTools tools,
            Context loop,
            FetchSource source,
            IngestOrder order,
            Ingest ingest,
            DoubleSupplier random,
            Count count) {
        this.tools = tools;
        this.loop = loop;
        this.source = source;
        this.ingest = ingest;
        this.count = count;
        this.rules = new AnswerRules(order, file);
        this.budget = new RetryBudget(tools.retryFor(), tools.timer()::nanoTime, random);
    }

    /** Begins; also stops by itself when the ingest fails, such as when its image is deleted. On any thread. */
    void start() {
        loop.runOnContext(now -> tryOnce());
        CompletionStage<?> unused = ingest.done().whenComplete((image, failure) -> {
            if (failure != null) {
                loop.runOnContext(now -> end(new RefusedException(Refusal.CANCELLED, "the ingest has failed")));
            }
        });
    }

    private void tryOnce() {
        if (!isOver) {
            attempts++;
            Attempt next = new Attempt(tools, loop, source, file, rules, ingest, this);
            attempt = Optional.of(next);
            next.start();
        }
    }

    @Override
    public void progressed() {
        budget.progressed();
    }

    @Override
    public void completed() {
        isOver = true;
        ingest.complete();
        count.ended();
    }

    @Override
    public void failed(String why, Optional<Duration> retryAfter) {
        Optional<Duration> next = budget.failed(retryAfter);
        if (next.isEmpty()) {
            end(new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    why + "; the agent tried " + attempts + (attempts == 1 ? " time" : " times")
                            + " and received " + file.taken().count()
                            + " bytes; order the image again once its source works"));
            return;
        }
        LOG.infof(
                "image %s: %s; %d bytes have been received, and the agent tries again in %d ms",
                ingest.image().name(), why, file.taken().count(), next.get().toMillis());
        count.retried();
        pause = tools.timer().after(next.get(), this::tryOnce);
    }

    @Override
    public void refused(RefusedException why) {
        end(why);
    }

    private void end(RefusedException why) {
        if (!isOver) {
            isOver = true;
            attempt.ifPresent(Attempt::stop);
            pause.cancel();
            ingest.cut(why);
            count.ended();
        }
    }
}
