// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One ingest's hold on its name, as the next sender of that name sees it. A sender whose connection broke sends again at
 * once, before the agent has cleaned up after the first attempt, perhaps before it has noticed: so the next sender waits
 * for an ingest that has lost its own.
 *
 * <p>Thread-safe; nothing here blocks.
 */
final class NameHold {
    /**
     * How long the next sender waits.
     *
     * @param notice for the agent to notice that the sender before it is gone
     * @param cleanUp for the agent to remove what it has stored of that ingest
     */
    record Patience(Duration notice, Duration cleanUp) {}

    /** What is known of the ingest's sender. */
    private enum Sender {
        /** It has sent everything, or seems to be going to. */
        STAYS,
        /** It is gone, or its ingest is ending without it. */
        GONE
    }

    private final CompletableFuture<Sender> sender = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private CompletableFuture<Sender> noticed = CompletableFuture.completedFuture(Sender.STAYS);

    /** The sender has sent everything: the image is going to be made, whether or not the sender waits for it. */
    void sentAll() {
        sender.complete(Sender.STAYS);
    }

    /** The sender is gone before it has sent everything, or the ingest is ending before that for another reason. */
    void lost() {
        sender.complete(Sender.GONE);
    }

    /** The name is free, or an image has it now. */
    void release() {
        sender.complete(Sender.GONE);
        released.complete(null);
    }

    /**
     * Completes when trying again makes sense.
     *
     * @param taken how the next sender was refused; the stage fails with it when the sender of this ingest is still
     *     there, and with {@code busy} when the clean-up takes too long
     */
    CompletionStage<Void> released(Patience patience, RefusedException taken) {
        return noticed(patience.notice())
                .thenCompose(known ->
                        known == Sender.STAYS ? CompletableFuture.failedFuture(taken) : cleanedUp(patience.cleanUp()));
    }

    /** All who wait at one time share it: a name that is asked for again and again holds no memory for each of them. */
    private synchronized CompletableFuture<Sender> noticed(Duration patience) {
        if (noticed.isDone()) {
            noticed = sender.copy().completeOnTimeout(Sender.STAYS, patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        return noticed;
    }

    private CompletableFuture<Void> cleanedUp(Duration patience) {
        CompletableFuture<Boolean> inTime =
                released.thenApply(free -> true).completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS);
        return inTime.thenCompose(free -> free
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new RefusedException(
                        Refusal.BUSY,
                        "an earlier upload of this name was cut off, and the agent is still"
                                + " removing what it stored; try again later")));
    }
}
