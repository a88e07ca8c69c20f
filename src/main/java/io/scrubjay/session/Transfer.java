// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.engine.Stages;
import io.scrubjay.flow.WindowFiller;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request that sends a piece of a session's file. Its bytes are hashed and written as they are received, window by
 * window and in order. What has been received when it ends is durable, also if it is cut off; unless it came with a
 * checksum: then all of the piece counts or nothing.
 *
 * <p>{@link #receive}, {@link #room}, {@link #complete} and {@link #cut} are for the sender, one call at a time, and do
 * not wait; the other methods are for any thread. A worker accesses the device.
 */
public final class Transfer {
    /** A checkpoint is made at least each time that this many bytes have been received, unless there is a checksum. */
    static final long CHECKPOINT_BYTES = 64L << 20;

    /** What ends with the transfer. */
    interface Owner {
        /**
         * Records that everything that was written is durable.
         *
         * @return the session's record
         */
        SessionRecord checkpoint(SpoolWriter file);

        /** Frees the session for the next transfer. */
        void left(Transfer transfer);

        /**
         * Takes note of a checkpoint at the end of a transfer.
         *
         * @throws RefusedException when the file is complete, and no image can be made of it
         */
        void received(SessionRecord record);
    }

    private final Owner owner;
    private final Executor workers;
    private final Optional<PieceChecksum> checksum;
    private final CompletableFuture<SessionRecord> done = new CompletableFuture<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final AtomicReference<RefusedException> stopped = new AtomicReference<>();

    // Set before the sender gets the transfer.
    private SessionRecord record;
    private Optional<SpoolWriter> file = Optional.empty();
    private WindowFiller filler;
    private long roomBytes;
    private OptionalLong pieceBytes = OptionalLong.empty();

    // Used only by the sender.
    private long receivedBytes;
    private boolean over;
    private CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

    // Used only by the worker whose turn it is.
    private long bytesSinceCheckpoint;

    Transfer(Owner owner, Executor workers, Optional<PieceChecksum> checksum) {
        this.owner = owner;
        this.workers = workers;
        this.checksum = checksum;
    }

    /**
     * Gets ready to receive.
     *
     * @param now the session's record
     * @param opened the session's bytes; empty when the file is complete
     * @param roomBytesMax how many bytes may come at the most
     * @param announced how many bytes the piece has, if the client said it
     */
    void begin(
            SessionRecord now,
            Optional<SpoolWriter> opened,
            WindowPool windows,
            int windowsMax,
            long roomBytesMax,
            OptionalLong announced) {
        record = now;
        file = opened;
        roomBytes = roomBytesMax;
        pieceBytes = announced;
        // A window's first byte always belongs at a multiple of its size.
        int firstStart = (int) (now.offsetBytes() % windows.windowBytes());
        filler = new WindowFiller(windows, windowsMax, firstStart, this::store);
    }

    /** Ends a transfer that could not begin. */
    void failed(RefusedException why) {
        owner.left(this);
        done.completeExceptionally(why);
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
        if (source.remaining() > roomBytes - receivedBytes) {
            source.position(source.limit());
            cut(new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the request has more bytes than the " + roomBytes + " that the file still needs"));
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

    /** Tells that the last byte of the piece has been received. */
    public void complete() {
        if (over) {
            return;
        }
        if (pieceBytes.isPresent() && pieceBytes.getAsLong() != receivedBytes) {
            cut(new RefusedException(
                    Refusal.UPLOAD_CUT,
                    "the request ended after " + receivedBytes + " of " + pieceBytes.getAsLong() + " bytes"));
            return;
        }
        over = true;
        filler.finish();
        CompletableFuture<Void> unused = stored.thenApplyAsync(nothing -> checkedCheckpoint(), workers)
                .handleAsync((durable, failure) -> end(Optional.ofNullable(durable), failure), workers);
    }

    private SessionRecord checkedCheckpoint() {
        checksum.flatMap(PieceChecksum::mismatch).ifPresent(why -> {
            throw new RefusedException(Refusal.CHECKSUM_MISMATCH, why);
        });
        return checkpoint();
    }

    /** Ends the transfer before the last byte of the piece. */
    public void cut(RefusedException why) {
        if (over) {
            return;
        }
        over = true;
        RefusedException told = Objects.requireNonNullElse(stopped.get(), why);
        if (checksum.isPresent()) {
            filler.abandon();
            CompletableFuture<Void> unused = stored.handleAsync(
                    (nothing, failure) -> end(Optional.empty(), failure == null ? told : failure), workers);
            return;
        }
        filler.finish();
        CompletableFuture<Void> unused = stored.thenApplyAsync(nothing -> checkpoint(), workers)
                .handleAsync(
                        (durable, failure) -> end(Optional.ofNullable(durable), failure == null ? told : failure),
                        workers);
    }

    private SessionRecord checkpoint() {
        bytesSinceCheckpoint = 0;
        record = file.map(owner::checkpoint).orElse(record);
        return record;
    }

    /**
     * Asks the sender to {@link #cut} the transfer, which then fails with this. A transfer whose last byte has been
     * received is not stopped.
     */
    void stop(RefusedException why) {
        stopped.compareAndSet(null, why);
        broken.complete(null);
    }

    /**
     * Completes when everything received is durable, with the session's record; if that completes the file, its image
     * is being made. Fails with a {@link RefusedException}.
     */
    public CompletionStage<SessionRecord> done() {
        return done.minimalCompletionStage();
    }

    /**
     * Completes as soon as a window could not be written, or the transfer is to stop: no more bytes are needed, and the
     * sender must call {@link #cut}.
     */
    public CompletionStage<Void> broken() {
        return broken;
    }

    /** On the sender's thread: makes a worker write the window after the previous ones. */
    private void store(WindowPart filled) {
        stored = stored.handleAsync(
                (nothing, failure) -> {
                    try {
                        if (failure != null) {
                            throw Stages.unwrapped(failure);
                        }
                        take(filled);
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

    private void take(WindowPart filled) {
        checksum.ifPresent(sum -> sum.follow(filled.view()));
        file.orElseThrow().write(filled);
        bytesSinceCheckpoint += filled.length();
        if (checksum.isEmpty() && bytesSinceCheckpoint >= CHECKPOINT_BYTES) {
            SessionRecord unused = checkpoint();
        }
    }

    /** Also after a failure, what the last checkpoint says is durable. */
    private Void end(Optional<SessionRecord> durable, Throwable failure) {
        Throwable reason = failure;
        try {
            file.ifPresent(SpoolWriter::close);
        } catch (RuntimeException | Error notClosed) {
            reason = reason == null ? notClosed : reason;
        }
        // ORDER: the session is free before the sender is told of the end, so that its next request finds it free.
        owner.left(this);
        if (reason == null) {
            try {
                owner.received(durable.orElseThrow());
            } catch (RuntimeException | Error refused) {
                reason = refused;
            }
        }
        if (reason == null) {
            done.complete(durable.orElseThrow());
        } else {
            done.completeExceptionally(SessionFailures.explain(reason));
        }
        return null;
    }
}
