// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.netty.buffer.Unpooled;
import io.scrubjay.engine.Stages;
import io.scrubjay.image.ContentReader;
import io.scrubjay.source.qcow2.Qcow2File;
import io.vertx.core.buffer.impl.BufferImpl;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Sends a disk as a qcow2 file, which is made on the way: bytes that are in the file as they are on the disk are sent
 * from the window that they were read into. Confined as {@link OutgoingBody} says; workers make the file.
 */
public final class EncodedBody implements OutgoingBody {
    private final StoredPieces pieces;
    private final Qcow2File file;
    private final Executor workers;
    private boolean areTablesSent;
    private int passesLeft;

    /**
     * @param reader returns the whole disk, {@link Qcow2File#passes} times over
     * @param diskBytes the size of the disk
     * @param workers make the file
     */
    public EncodedBody(ContentReader reader, long diskBytes, Qcow2File file, Executor workers) {
        this.pieces = new StoredPieces(reader, diskBytes);
        this.file = file;
        this.workers = workers;
        this.passesLeft = file.passes();
    }

    @Override
    public OptionalLong lengthBytes() {
        return file.lengthBytes();
    }

    @Override
    public CompletionStage<Optional<Part>> next() {
        CompletableFuture<Optional<Part>> next = new CompletableFuture<>();
        if (areTablesSent) {
            data(next);
        } else {
            CompletionStage<Void> unused = pieces.begun()
                    .thenRunAsync(() -> tables(next), workers)
                    .whenComplete((done, failure) -> fail(next, failure));
        }
        return next;
    }

    private void tables(CompletableFuture<Optional<Part>> next) {
        List<ByteBuffer> tables = file.tables();
        if (tables.isEmpty()) {
            areTablesSent = true;
            data(next);
        } else {
            next.complete(Optional.of(part(tables, () -> {})));
        }
    }

    /** Goes on from piece to piece until there is something to send: a chain of stages would grow with their number. */
    private void data(CompletableFuture<Optional<Part>> next) {
        if (passesLeft == 0) {
            next.complete(Optional.empty());
            return;
        }
        CompletionStage<Void> unused = pieces.next()
                .thenCompose(placed -> placed.filter(this::isQuick).isPresent()
                        ? take(placed, next)
                        : CompletableFuture.runAsync(() -> take(placed, next), workers))
                .whenComplete((done, failure) -> fail(next, failure));
    }

    /** Another thread would cost more than it saves. */
    private boolean isQuick(StoredPieces.Placed placed) {
        return file.isQuick(placed.diskOffset(), Math.toIntExact(placed.piece().lengthBytes()));
    }

    private CompletionStage<Void> take(Optional<StoredPieces.Placed> placed, CompletableFuture<Optional<Part>> next) {
        placed.ifPresentOrElse(piece -> disk(piece, next), () -> passed(next));
        return CompletableFuture.completedFuture(null);
    }

    private void passed(CompletableFuture<Optional<Part>> next) {
        passesLeft--;
        sendOrGoOn(file.passed(), () -> {}, next);
    }

    private void disk(StoredPieces.Placed placed, CompletableFuture<Optional<Part>> next) {
        CompletionStage<Void> unused = encoded(placed)
                .whenComplete((bytes, failure) -> {
                    if (failure != null) {
                        placed.piece().release();
                    }
                })
                .thenAccept(bytes -> sendOrGoOn(bytes, placed.piece()::release, next))
                .whenComplete((done, failure) -> fail(next, failure));
    }

    private CompletionStage<List<ByteBuffer>> encoded(StoredPieces.Placed placed) {
        try {
            return file.disk(placed.diskOffset(), placed.piece().bytes());
        } catch (RuntimeException wrong) {
            return CompletableFuture.failedFuture(wrong);
        }
    }

    private void sendOrGoOn(List<ByteBuffer> bytes, Runnable sent, CompletableFuture<Optional<Part>> next) {
        if (bytes.isEmpty()) {
            sent.run();
            data(next);
        } else {
            next.complete(Optional.of(part(bytes, sent)));
        }
    }

    private static void fail(CompletableFuture<Optional<Part>> next, Throwable failure) {
        if (failure != null) {
            next.completeExceptionally(Stages.causeOf(failure));
        }
    }

    private static Part part(List<ByteBuffer> bytes, Runnable sent) {
        ByteBuffer[] each = bytes.toArray(ByteBuffer[]::new);
        return new Part(BufferImpl.buffer(Unpooled.wrappedBuffer(each.length, each)), sent);
    }

    @Override
    public void close() {
        pieces.close();
        file.close();
    }
}
