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
 * One write of a range of a volume. Its bytes are merged and written as they are received, window by window and in
 * order, and are durable when the write is done. A write that fails or is cut off may have written the beginning of its
 * range.
 *
 * <p>{@link #receive}, {@link #complete} and {@link #cut} are for the sender, one call at a time, and do not wait; the
 * other methods are for any thread. A worker accesses the device.
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

    // Used only by the sender.
    private long receivedBytes;
    private boolean over;
    private long storeOffset;
    private CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

    /**
     * @param finish releases the resources of the write, on a worker, when nothing of it is in progress any more
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

    /** How many bytes have been received. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Takes as many bytes as there is room for; the buffer's position then says how many it took. */
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

    /** Completes when {@link #receive} can take bytes again, on another thread. */
    public CompletableFuture<Void> room() {
        return filler.room();
    }

    /** Tells that the last byte has been received. */
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

    /**
     * Asks the sender to {@link #cut} the write, which then fails with this. A write whose last byte has been received
     * is not stopped.
     */
    void stop(RefusedException why) {
        stopped.compareAndSet(null, why);
        broken.complete(null);
    }

    /** Completes when everything written is durable; fails with a {@link RefusedException}. */
    public CompletionStage<Void> done() {
        return done.minimalCompletionStage();
    }

    /**
     * Completes as soon as a window could not be written, or the agent stops: no more bytes are needed, and the sender
     * must call {@link #cut}.
     */
    public CompletionStage<Void> broken() {
        return broken;
    }

    /** On the sender's thread: makes a worker write the window after the previous ones. */
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
        // ORDER: release its resources first, so that the sender's next request finds them free.
        Throwable left = finished();
        Throwable cause = failure == null ? left : Stages.causeOf(failure);
        if (cause == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(
                    cause instanceof EngineException known ? RefusedException.because(known) : cause);
        }
    }

    /** The failure when its resources were released; null when there was none. */
    private Throwable finished() {
        try {
            finish.run();
            return null;
        } catch (RuntimeException | Error failed) {
            return failed;
        }
    }
}
