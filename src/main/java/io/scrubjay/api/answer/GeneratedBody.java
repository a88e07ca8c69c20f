// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.impl.BufferImpl;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A body that is computed one buffer at a time: however long it is, only one buffer of it is in memory. Confined as
 * {@link OutgoingBody} says; a worker computes it.
 */
public final class GeneratedBody implements OutgoingBody {
    private static final int BUFFER_BYTES = 64 << 10;

    /** Computes the body. */
    @FunctionalInterface
    public interface Source {
        /** Puts the next bytes into the target, as many as fit; none at the end. */
        void fill(ByteBuffer target);
    }

    private final Source source;
    private final long lengthBytes;
    private final Executor workers;

    public GeneratedBody(Source source, long lengthBytes, Executor workers) {
        this.source = source;
        this.lengthBytes = lengthBytes;
        this.workers = workers;
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.of(lengthBytes);
    }

    @Override
    public CompletionStage<Optional<Part>> next() {
        return CompletableFuture.supplyAsync(this::fill, workers);
    }

    private Optional<Part> fill() {
        ByteBuffer target = ByteBuffer.allocate(BUFFER_BYTES);
        source.fill(target);
        target.flip();
        return target.hasRemaining()
                ? Optional.of(new Part(BufferImpl.buffer(Unpooled.wrappedBuffer(target)), () -> {}))
                : Optional.empty();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
