// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.WindowFiller;
import io.scrubjay.image.Image;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An ingest as its sender sees it. The sender brings bytes by {@link #receive}, waits for {@link #room} when not all
 * were taken, and ends with exactly one of {@link #complete} and {@link #cut}, also after {@link #done} has failed:
 * that gives its last window back.
 *
 * <p>{@code receive}, {@code room}, {@code complete} and {@code cut} are the sender's, one call at a time; none of them
 * waits. The rest is for any thread. Futures complete in threads of the ingest, which must not be held up.
 */
public final class Ingest {
    private final Image image;
    private final NameHold hold;
    private final WindowFiller filler;
    private final Reception reception;
    private final CompletableFuture<Image> accepted = new CompletableFuture<>();
    private final CompletableFuture<Image> done = new CompletableFuture<>();
    private long receivedBytes;
    private boolean ended;

    Ingest(Image image, NameHold hold, WindowFiller filler, Reception reception) {
        this.image = image;
        this.hold = hold;
        this.filler = filler;
        this.reception = reception;
    }

    public Image image() {
        return image;
    }

    /** Takes bytes, as many as there is room for; the buffer's position says how many. */
    public void receive(ByteBuffer bytes) {
        int before = bytes.remaining();
        filler.fill(bytes);
        receivedBytes += before - bytes.remaining();
        image.received(receivedBytes);
        reception.heard();
    }

    /** Completes when {@link #receive} can take bytes again; never after the ingest has failed. */
    public CompletableFuture<Void> room() {
        reception.heldBack();
        return filler.room();
    }

    /** Says that the last byte has been taken. */
    public void complete() {
        if (!ended) {
            ended = true;
            filler.finish();
            hold.sentAll();
            reception.add(new Reception.End(receivedBytes));
            accepted.complete(image);
        }
    }

    /** Says that no more will come, and why. The ingest fails with that, unless it has failed before. */
    public void cut(RefusedException why) {
        if (!ended) {
            ended = true;
            filler.abandon();
            hold.lost();
            reception.add(new Reception.Cut(why));
        }
    }

    /** Ends the ingest from outside, as deleting its image does. For any thread. */
    public void cancel(RefusedException why) {
        hold.lost();
        reception.add(new Reception.Cut(why));
    }

    /** Completes when the last byte has been taken; fails when the ingest fails before. */
    public CompletionStage<Image> accepted() {
        return accepted.minimalCompletionStage();
    }

    /**
     * Completes when the image is ready, or fails with a {@link RefusedException} when nothing of it is left in the
     * pool any more.
     */
    public CompletionStage<Image> done() {
        return done.minimalCompletionStage();
    }

    /** No more bytes are wanted. */
    void close() {
        hold.lost();
        filler.close();
    }

    void succeeded() {
        done.complete(image);
    }

    void failed(RefusedException why) {
        accepted.completeExceptionally(why);
        done.completeExceptionally(why);
    }
}
