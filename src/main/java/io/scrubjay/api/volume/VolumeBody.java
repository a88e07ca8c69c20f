// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.scrubjay.api.body.BodyTarget;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.VolumeWrite;
import io.vertx.core.Context;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A body that is written to a volume. A sender that sends nothing for too long, although there is room, is cut off,
 * since others need its windows.
 */
final class VolumeBody implements BodyTarget {
    private final VolumeWrite write;
    private final Context loop;
    private final Duration idleTimeout;
    private long taken;
    private long heardNanos;
    private boolean heldBack;
    private boolean over;

    VolumeBody(VolumeWrite write, Context loop, Duration idleTimeout) {
        this.write = write;
        this.loop = loop;
        this.idleTimeout = idleTimeout;
    }

    /** Begins to watch over the sender. */
    VolumeBody watched() {
        heardNanos = System.nanoTime();
        lookAfter(idleTimeout.toNanos());
        CompletionStage<?> unused = write.done().whenComplete((done, failure) -> loop.runOnContext(now -> over = true));
        return this;
    }

    /** A timer that came early would find nothing: it is rounded up. */
    private void lookAfter(long nanos) {
        long unused = loop.owner().setTimer(nanos / 1_000_000 + 1, now -> look());
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
        taken += bytes.remaining();
        write.receive(bytes);
        taken -= bytes.remaining();
    }

    @Override
    public CompletableFuture<Void> room() {
        heldBack = true;
        CompletableFuture<Void> room = write.room();
        return room.thenRun(() -> loop.runOnContext(now -> {
            heldBack = false;
            heardNanos = System.nanoTime();
        }));
    }

    @Override
    public void complete() {
        heldBack = true; // Whoever has sent everything is waited for no more.
        write.complete();
    }

    @Override
    public void cut(RefusedException why) {
        write.cut(why);
    }

    @Override
    public CompletionStage<Void> useless() {
        return write.broken();
    }

    @Override
    public long receivedBytes() {
        return taken;
    }
}
