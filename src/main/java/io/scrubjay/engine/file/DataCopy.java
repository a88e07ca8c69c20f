// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Copies data from one file to another: shares the blocks if the file system supports this, otherwise copies everything
 * except the holes. Immutable; thread-safe.
 *
 * @param cost whether this pool's file system shares blocks
 */
record DataCopy(CloneCost cost) {
    private static final long ALIGNMENT = AlignedBuffer.ALIGNMENT_BYTES;

    /**
     * Gives an empty file the same bytes as the other, up to this size; durable only once the file is synced.
     *
     * @throws io.scrubjay.engine.EngineException.DeviceFailed also when the other file is shorter
     */
    void fill(DataFile to, DataFile from, long sizeBytes) {
        from.requireLength(sizeBytes);
        if (cost == CloneCost.COPIED || !to.reflink(from)) {
            copy(to, from, sizeBytes);
        }
        // Somebody may have truncated it meanwhile.
        from.requireLength(sizeBytes);
        to.truncate(sizeBytes);
    }

    private static void copy(DataFile to, DataFile from, long sizeBytes) {
        BounceBuffer bounce = new BounceBuffer();
        OptionalLong data = from.nextData(0);
        while (data.isPresent() && data.getAsLong() < sizeBytes) {
            // The data that the file system reports may begin anywhere, but direct reads must be aligned.
            long start = data.getAsLong() / ALIGNMENT * ALIGNMENT;
            long end = Math.min(from.endOfData(data.getAsLong()), sizeBytes);
            for (long at = start; at < end; at += BounceBuffer.CAPACITY_BYTES) {
                long aligned = (end - at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                ByteBuffer part = bounce.ofLength((int) Math.min(aligned, BounceBuffer.CAPACITY_BYTES));
                from.read(at, part.duplicate(), bounce);
                to.write(at, part, bounce);
            }
            data = from.nextData(Math.max(end, start + ALIGNMENT));
        }
    }
}
