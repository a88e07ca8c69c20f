// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.WindowFiller;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One write of a range of a volume, as its bytes come in: merged and written window by window, in order, and durable when
 * it is done. A write that fails or is cut may have written the beginning of its range.
 *
 * <p>{@link #receive}, {@link #complete} and {@link #cut} belong to the sender, one call at a time, and do not wait; the
 * rest is for any thread. The device is a worker's.
 */
public final class VolumeWrite {
    private final NamedVolume volume;
    private final ByteRange range;
    private final Executor workers;
    private final WindowFiller filler;
    private final Runnable finish;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final AtomicReference<RefusedException> stopped = new AtomicReference<>();

    // The sender's own.
    private long receivedBytes;
    private boolean over;
    private long storeOffset;
    private CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

    /**
     * @param finish gives back what the write stands on, by a worker, when nothing of it is under way any more
     */
    VolumeWrite(
            NamedVolume volume,
            ByteRange range,
            WindowPool windows,
            int windowsMax,
            Executor workers,
            Runnable finish) {
        this.volume = volume;
        this.range = range;
        this.workers = workers;
        this.finish = finish;
        // A window's first byte always belongs at a multiple of its size.
        int firstStart = (int) (range.offset() % windows.windowBytes());
        this.filler = new WindowFiller(windows, windowsMax, firstStart, this::store);
        this.storeOffset = range.offset();
    }

    /** How many bytes have come in. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Takes bytes as far as there is room; the buffer's position says how many. */
    public void receive(ByteBuffer source) {
        if (over) {
            source.position(source.limit());
            return;
        }
        if (source.remaining() > range.length() - receivedBytes) {
            source.position(source.limit());
            cut(new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the body has more bytes than the " + range.length() + " of the range in Content-Range"));
            return;
        }
        int before = source.position();
        filler.fill(source);
        receivedBytes += source.position() - before;
    }

    /** Completes when {@link #receive} can take bytes again, in somebody else's thread. */
    public CompletableFuture<Void> room() {
        return filler.room();
    }

    /** Says that the last byte has come. */
    public void complete() {
        if (over) {
            return;
        }
        if (receivedBytes != range.length()) {
            cut(new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the body ended after " + receivedBytes + " of the " + range.length()
                            + " bytes in Content-Range; those received may have been written"));
            return;
        }
        over = true;
        filler.finish();
        CompletableFuture<Void> unused = stored.thenRunAsync(
                        () -> volume.turns().flush(), workers)
                .whenCompleteAsync((nothing, failure) -> end(failure), workers);
    }

    /** Ends the write before its last byte. */
    public void cut(RefusedException why) {
        if (over) {
            return;
        }
        over = true;
        filler.abandon();
        RefusedException told = Objects.requireNonNullElse(stopped.get(), why);
        CompletableFuture<Void> unused =
                stored.whenCompleteAsync((nothing, failure) -> end(failure == null ? told : failure), workers);
    }

    /** Asks the sender to {@link #cut}, which then fails with this. One whose last byte has come is not stopped. */
    void stop(RefusedException why) {
        stopped.compareAndSet(null, why);
        broken.complete(null);
    }

    /** Completes when everything written is durable; fails with a {@link RefusedException}. */
    public CompletionStage<Void> done() {
        return done.minimalCompletionStage();
    }

    /** Completes as soon as a window could not be written, or the agent stops: no more bytes are of use, and {@link #cut} is to follow. */
    public CompletionStage<Void> broken() {
        return broken;
    }

    /** In the sender's thread: has a worker write the window after those before it. */
    private void store(WindowPart filled) {
        ByteRange bytes = new ByteRange(storeOffset, filled.length());
        storeOffset = bytes.end();
        stored = stored.handleAsync(
                (nothing, failure) -> {
                    try {
                        if (failure != null) {
                            throw Stages.unwrapped(failure);
                        }
                        volume.turns().write(filled.window(), bytes.offset() - filled.start(), bytes);
                        return null;
                    } catch (RuntimeException | Error failed) {
                        broken.complete(null);
                        throw failed;
                    } finally {
                        filled.window().release();
                    }
                },
                workers);
    }

    private void end(Throwable failure) {
        // ORDER: what it stands on first, so that the sender's next request finds it free.
        Throwable left = finished();
        Throwable cause = failure == null ? left : Stages.causeOf(failure);
        if (cause == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(
                    cause instanceof EngineException known ? RefusedException.because(known) : cause);
        }
    }

    /** What went wrong when it was given back; null when nothing did. */
    private Throwable finished() {
        try {
            finish.run();
            return null;
        } catch (RuntimeException | Error failed) {
            return failed;
        }
    }
}
