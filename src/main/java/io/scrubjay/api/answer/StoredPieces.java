// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.engine.Stages;
import io.scrubjay.flow.Piece;
import io.scrubjay.image.ContentReader;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The stored pieces of a whole disk with their offsets, for bodies that are not the disk itself: zeroes that were not
 * read are left out.
 *
 * <p>{@link #begun} and {@link #next} are called once at a time, by any thread, and do not wait; {@link #close} may be
 * called meanwhile. What it must see is guarded by this object's monitor.
 */
final class StoredPieces implements AutoCloseable {
    private final ContentReader reader;
    private final long diskBytes;
    private long position;
    private boolean isBegun;
    private Optional<CompletableFuture<Optional<Placed>>> held = Optional.empty();

    /** @param reader returns the whole disk, once or several times over */
    StoredPieces(ContentReader reader, long diskBytes) {
        this.reader = reader;
        this.diskBytes = diskBytes;
    }

    /** A piece, which the receiver must release, and the offset of its first byte on the disk. */
    record Placed(long diskOffset, Piece.Stored piece) {}

    /**
     * Completes when the first piece has been read. A body that begins with other bytes waits for this, so that the
     * client gets a problem if nothing can be read, rather than the beginning of a file.
     */
    synchronized CompletionStage<Void> begun() {
        if (!isBegun) {
            isBegun = true;
            held = Optional.of(read().toCompletableFuture());
        }
        return held.orElseThrow().thenAccept(piece -> {});
    }

    /** The next piece; empty at the end of each pass over the disk. */
    synchronized CompletionStage<Optional<Placed>> next() {
        CompletionStage<Optional<Placed>> next = held.isPresent() ? held.get() : read();
        held = Optional.empty();
        return next;
    }

    private CompletionStage<Optional<Placed>> read() {
        if (position == diskBytes) {
            position = 0;
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return reader.next()
                .handle((piece, failure) -> {
                    if (failure != null) {
                        throw ContentBody.refusal(Stages.unwrapped(failure));
                    }
                    return piece.orElseThrow();
                })
                .thenCompose(piece -> {
                    long offset = position;
                    position += piece.lengthBytes();
                    return piece instanceof Piece.Stored stored
                            ? CompletableFuture.completedFuture(Optional.of(new Placed(offset, stored)))
                            : read();
                });
    }

    /** Ends reading; pieces that were returned stay valid until they are released. Closing twice is harmless. */
    @Override
    public void close() {
        Optional<CompletableFuture<Optional<Placed>>> unwanted;
        synchronized (this) {
            unwanted = held;
            isBegun = true;
            held = Optional.empty();
        }
        unwanted.ifPresent(first -> {
            CompletionStage<Void> unused = first.thenAccept(
                    placed -> placed.ifPresent(piece -> piece.piece().release()));
        });
        reader.close();
    }
}
