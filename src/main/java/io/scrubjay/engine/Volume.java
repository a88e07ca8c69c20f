// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * An open volume or snapshot.
 *
 * <p>Thread-safe: any number of operations may run at once, in any order. When two of them touch the same bytes at the
 * same time and one of them writes, either result is possible. Offsets and lengths are multiples of
 * {@link EngineTraits#ioAlignmentBytes} and are inside the volume, and lengths are positive; otherwise the call throws
 * an {@link IllegalArgumentException} before any I/O.
 *
 * <p>An operation uses a buffer's bytes from position to limit, and changes neither. The buffer belongs to the volume
 * until the stage completes: it must be neither read nor written before. Direct buffers of
 * {@link io.scrubjay.block.AlignedBuffer} are passed to the device directly; others may be copied.
 *
 * <p>Stages complete on a thread of the engine, which must not be blocked: pass long work to a worker. A stage fails
 * with an {@link EngineException}. Cancelling a stage does not stop the operation.
 */
public interface Volume extends AutoCloseable {
    VolumeName name();

    /** The present logical size; {@link StorageEngine#resize} changes it for open handles too. */
    long sizeBytes();

    /**
     * Reads {@code target.remaining()} bytes at this offset. Clusters never written read as the parent's bytes, or as
     * zeroes.
     *
     * <p>Fails with {@link EngineException.DeviceFailed} when the medium cannot return the bytes; the buffer's content
     * is then undefined.
     */
    CompletionStage<Void> read(long offsetBytes, ByteBuffer target);

    /**
     * Writes {@code source.remaining()} bytes at this offset. Durable only after a later {@link #flush}. The first
     * write to a thin cluster allocates it; the part of a new cluster that was never written may contain anything.
     *
     * <p>Fails with {@link EngineException.NoSpace} when the pool is full; some of the range may then be written.
     */
    CompletionStage<Void> write(long offsetBytes, ByteBuffer source);

    /**
     * Makes the range read as zeroes; whether that allocates is the engine's choice. Durable only after a later {@link
     * #flush}. Fails as {@link #write} does.
     */
    CompletionStage<Void> writeZeroes(ByteRange range);

    /**
     * Frees whole clusters: the range, which must begin and end at cluster boundaries, reads as zeroes afterwards, and
     * a volume without a parent no longer holds those clusters, unless it is thick. Durable only after a later
     * {@link #flush}.
     */
    CompletionStage<Void> unmap(ByteRange range);

    /**
     * Makes every operation that completed before this call durable: afterwards they survive a power failure, provided
     * that the device keeps its own promise.
     */
    CompletionStage<Void> flush();

    /**
     * Waits for running operations, then closes. Writes that were not flushed may be lost in a crash. Closing twice is
     * harmless.
     */
    @Override
    void close();
}
