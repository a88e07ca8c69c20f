// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One ingest's hold on its name, from the point of view of the next sender with that name. A sender whose connection
 * broke sends again at once, before the agent has cleaned up after the first attempt, perhaps even before the agent has
 * noticed: so the next sender waits while an ingest that has lost its sender is cleaned up.
 *
 * <p>Thread-safe; nothing here blocks.
 */
final class NameHold {
    /**
     * How long the next sender waits.
     *
     * @param notice how long, for the agent to notice that the previous sender is gone
     * @param cleanUp how long, for the agent to remove what that ingest stored
     */
    record Patience(Duration notice, Duration cleanUp) {}

    /** What is known of the ingest's sender. */
    private enum Sender {
        /** It has sent everything, or is still connected. */
        STAYS,
        /** It is gone, or its ingest is ending for another reason. */
        GONE
    }

    private final CompletableFuture<Sender> sender = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private CompletableFuture<Sender> noticed = CompletableFuture.completedFuture(Sender.STAYS);

    /** The sender has sent everything: the image will be made, whether or not the sender waits for it. */
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
     * Completes when a retry makes sense.
     *
     * @param taken the refusal of the next sender; the stage fails with it when the sender of this ingest is still
     *     there, and with {@code busy} when the cleanup takes too long
     */
    CompletionStage<Void> released(Patience patience, RefusedException taken) {
        return noticed(patience.notice())
                .thenCompose(known ->
                        known == Sender.STAYS ? CompletableFuture.failedFuture(taken) : cleanedUp(patience.cleanUp()));
    }

    /**
     * Shared by all that wait at the same time, so that a name that is requested again and again does not take memory
     * each time.
     */
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
