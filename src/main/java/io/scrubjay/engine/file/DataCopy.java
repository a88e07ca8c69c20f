// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Brings data from one file into another: shared if the file system supports it, else copied without holes. Immutable;
 * thread-safe.
 *
 * @param cost what this pool's file system can do
 */
record DataCopy(CloneCost cost) {
    private static final long ALIGNMENT = AlignedBuffer.ALIGNMENT_BYTES;

    /**
     * Makes an empty file read as the other does, up to this size; durable only once it is synced.
     *
     * @throws io.scrubjay.engine.EngineException.DeviceFailed also when the other is shorter
     */
    void fill(DataFile to, DataFile from, long sizeBytes) {
        from.requireLength(sizeBytes);
        if (cost == CloneCost.COPIED || !to.reflink(from)) {
            copy(to, from, sizeBytes);
        }
        // Somebody may have cut it meanwhile.
        from.requireLength(sizeBytes);
        to.truncate(sizeBytes);
    }

    private static void copy(DataFile to, DataFile from, long sizeBytes) {
        BounceBuffer bounce = new BounceBuffer();
        OptionalLong data = from.nextData(0);
        while (data.isPresent() && data.getAsLong() < sizeBytes) {
            // What the file system calls data need not be aligned as reading around the cache wants it.
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
