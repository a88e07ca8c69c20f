// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.WindowFiller;
import io.scrubjay.image.Image;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * An ingest from the point of view of its sender. The sender passes bytes to {@link #receive}, waits for {@link #room}
 * when not all were taken, and ends with exactly one of {@link #complete} and {@link #cut}, even after {@link #done}
 * has failed: that releases its last window.
 *
 * <p>{@code expect}, {@code receive}, {@code room}, {@code complete} and {@code cut} are for the sender, one call at a time; none of
 * them waits. The other methods are for any thread. Futures complete on threads of the ingest, which must not be
 * blocked.
 */
public final class Ingest {
    private final Image image;
    private final NameHold hold;
    private final WindowFiller filler;
    private final Reception reception;
    private final LongConsumer lengthCheck;
    private final CompletableFuture<Image> accepted = new CompletableFuture<>();
    private final CompletableFuture<Image> done = new CompletableFuture<>();
    private long receivedBytes;
    private boolean ended;

    /**
     * @param lengthCheck refuses a length in bytes that is learnt after the ingest has begun
     */
    Ingest(Image image, NameHold hold, WindowFiller filler, Reception reception, LongConsumer lengthCheck) {
        this.image = image;
        this.hold = hold;
        this.filler = filler;
        this.reception = reception;
        this.lengthCheck = lengthCheck;
    }

    public Image image() {
        return image;
    }

    /**
     * Tells the ingest that the sender itself notices when its source is silent, so that a pause of any length is no
     * reason to end the ingest.
     */
    public void timedBySender() {
        reception.timedBySender();
    }

    /**
     * Announces how many bytes will come, for a sender that learns it only after the ingest has begun. Must be called
     * before the first byte, if at all.
     *
     * @throws RefusedException as {@link Ingests#begin} when the image would be too large or empty; the sender then
     *     cuts the ingest
     */
    public void expect(long bytes) {
        lengthCheck.accept(bytes);
        image.expect(bytes);
    }

    /** Takes as many bytes as there is room for; the buffer's position then says how many it took. */
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

    /** Tells the ingest that the last byte has been passed to it. */
    public void complete() {
        if (!ended) {
            ended = true;
            filler.finish();
            hold.sentAll();
            reception.add(new Reception.End(receivedBytes));
            accepted.complete(image);
        }
    }

    /**
     * Tells the ingest that no more bytes will come, and why. The ingest fails with this reason, unless it has failed
     * before.
     */
    public void cut(RefusedException why) {
        if (!ended) {
            ended = true;
            filler.abandon();
            hold.lost();
            reception.add(new Reception.Cut(why));
        }
    }

    /** Cancels the ingest, such as when its image is deleted. For any thread. */
    public void cancel(RefusedException why) {
        hold.lost();
        reception.add(new Reception.Cut(why));
    }

    /** Completes when the last byte has been taken; fails when the ingest fails before. */
    public CompletionStage<Image> accepted() {
        return accepted.minimalCompletionStage();
    }

    /**
     * Completes when the image is ready, or fails with a {@link RefusedException} once nothing of it is left in the
     * pool.
     */
    public CompletionStage<Image> done() {
        return done.minimalCompletionStage();
    }

    /** Stops taking bytes. */
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
