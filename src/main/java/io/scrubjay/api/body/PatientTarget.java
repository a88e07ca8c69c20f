// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.Context;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Cuts off a sender that sends nothing for too long although there is room: others need what its target holds. Confined
 * to the request's event loop.
 */
public final class PatientTarget implements BodyTarget {
    private final BodyTarget target;
    private final Context loop;
    private final Duration idleTimeout;
    private long heardNanos = System.nanoTime();
    private boolean heldBack;
    private boolean over;

    private PatientTarget(BodyTarget target, Context loop, Duration idleTimeout) {
        this.target = target;
        this.loop = loop;
        this.idleTimeout = idleTimeout;
    }

    /** The same target, watched over from now on. */
    public static BodyTarget over(BodyTarget target, Context loop, Duration idleTimeout) {
        PatientTarget patient = new PatientTarget(target, loop, idleTimeout);
        patient.lookAfter(idleTimeout.toNanos());
        return patient;
    }

    /** A timer that came early would find nothing: it is rounded up. */
    private void lookAfter(long nanos) {
        long unused = loop.owner().setTimer(nanos / 1_000_000 + 1, now -> loop.runOnContext(here -> look()));
    }

    private void look() {
        if (over) {
            return;
        }
        long silentNanos = heldBack ? 0 : System.nanoTime() - heardNanos;
        if (silentNanos >= idleTimeout.toNanos()) {
            cut(new RefusedException(
                    Refusal.UPLOAD_IDLE, "the client sent nothing for " + idleTimeout.toSeconds() + " s"));
        } else {
            lookAfter(idleTimeout.toNanos() - silentNanos);
        }
    }

    @Override
    public void receive(ByteBuffer bytes) {
        heardNanos = System.nanoTime();
        target.receive(bytes);
    }

    @Override
    public CompletableFuture<Void> room() {
        heldBack = true;
        return target.room()
                .thenRun(() -> loop.runOnContext(now -> {
                    heldBack = false;
                    heardNanos = System.nanoTime();
                }));
    }

    @Override
    public void complete() {
        over = true;
        target.complete();
    }

    @Override
    public void cut(RefusedException why) {
        over = true;
        target.cut(why);
    }

    @Override
    public CompletionStage<Void> useless() {
        return target.useless();
    }

    @Override
    public long receivedBytes() {
        return target.receivedBytes();
    }
}
