// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * An open volume or snapshot.
 *
 * <p>Thread-safe: any number of operations may be under way at once, in no order among themselves; two that touch the
 * same bytes at the same time, one of them writing, give either result. Offsets and lengths are multiples of {@link
 * EngineTraits#ioAlignmentBytes} and lie inside the volume, lengths are positive; anything else is an {@link
 * IllegalArgumentException} at the call, before any I/O.
 *
 * <p>A buffer's bytes from position to limit are meant; position and limit are not changed. The buffer belongs to the
 * volume until the stage completes: it must be neither read nor written before. Direct buffers of {@link
 * io.scrubjay.block.AlignedBuffer} reach the device as they are, others may be copied.
 *
 * <p>Stages complete on a thread of the engine, which must not be blocked: hand anything long to a worker. A stage
 * fails with an {@link EngineException}. Cancelling it stops nothing.
 */
public interface Volume extends AutoCloseable {
    VolumeName name();

    /** Logical size at this moment; {@link StorageEngine#resize} changes it for open handles too. */
    long sizeBytes();

    /**
     * Reads {@code target.remaining()} bytes at this offset. Clusters never written read as the parent's bytes, or as
     * zeroes.
     *
     * <p>Fails with {@link EngineException.DeviceFailed} when the medium cannot give the bytes back; the buffer's
     * content is then undefined.
     */
    CompletionStage<Void> read(long offsetBytes, ByteBuffer target);

    /**
     * Writes {@code source.remaining()} bytes at this offset. Durable only after a later {@link #flush}. The first write
     * to a thin cluster allocates it; no promise is made about the part of a new cluster that was never written.
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
     * Gives whole clusters back: the range, which begins and ends at cluster boundaries, reads as zeroes afterwards,
     * and a volume without a parent no longer holds those clusters, unless it is thick. Durable only after a later
     * {@link #flush}.
     */
    CompletionStage<Void> unmap(ByteRange range);

    /**
     * Makes every operation that completed before this call durable: afterwards it survives the loss of power, as far
     * as the device keeps its own promise.
     */
    CompletionStage<Void> flush();

    /** Waits for operations under way, then closes. What was not flushed may be lost in a crash. Twice is harmless. */
    @Override
    void close();
}
