// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.image.ContentReader;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends an image's bytes without copying them: stored bytes from the window that they were read into, and all zeroes
 * from one buffer. Confined as {@link OutgoingBody} says.
 */
public final class ContentBody implements OutgoingBody {
    /** Shared by all bodies: nothing ever writes to it. */
    private static final ByteBuffer ZEROES =
            ByteBuffer.allocateDirect(ChunkGrid.CHUNK_BYTES).asReadOnlyBuffer();

    private final ContentReader reader;
    private final long lengthBytes;
    private long zeroesLeft;

    public ContentBody(ContentReader reader, long lengthBytes) {
        this.reader = reader;
        this.lengthBytes = lengthBytes;
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.of(lengthBytes);
    }

    @Override
    public CompletionStage<Optional<Part>> next() {
        return zeroesLeft > 0
                ? CompletableFuture.completedFuture(Optional.of(zeroes()))
                : reader.next().handle((piece, failure) -> {
                    if (failure != null) {
                        throw refusal(Stages.unwrapped(failure));
                    }
                    return piece.map(this::part);
                });
    }

    /** The problem for the client when a chunk cannot be returned. */
    static RuntimeException refusal(RuntimeException failure) {
        return failure instanceof SuspectChunk suspect
                ? new RefusedException(Refusal.NOT_PROVEN, suspect.getMessage(), suspect)
                : failure;
    }

    private Part part(Piece piece) {
        if (piece instanceof Piece.Zeroes zeroes) {
            zeroesLeft = zeroes.lengthBytes();
            return zeroes();
        }
        return new Part(buffer(((Piece.Stored) piece).bytes()), piece::release);
    }

    private Part zeroes() {
        int length = Math.toIntExact(Math.min(zeroesLeft, ZEROES.capacity()));
        zeroesLeft -= length;
        return new Part(buffer(ZEROES.slice(0, length)), () -> {});
    }

    private static Buffer buffer(ByteBuffer bytes) {
        ByteBuf wrapped = Unpooled.wrappedBuffer(bytes);
        return BufferImpl.buffer(wrapped);
    }

    @Override
    public void close() {
        reader.close();
    }
}
