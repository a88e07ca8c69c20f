// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;

/**
 * Allocates direct buffers that a device can use without copying: their address is a multiple of
 * {@link #ALIGNMENT_BYTES}.
 */
public final class AlignedBuffer {
    /** The largest logical block size in use, to which {@code O_DIRECT} requires buffers to be aligned. */
    public static final int ALIGNMENT_BYTES = 4096;

    private AlignedBuffer() {}

    /** A zeroed direct buffer of exactly this capacity. */
    public static ByteBuffer allocate(int capacityBytes) {
        // An aligned slice ends at a boundary as well as beginning at one: room for both.
        return ByteBuffer.allocateDirect(Math.addExact(capacityBytes, 2 * ALIGNMENT_BYTES))
                .alignedSlice(ALIGNMENT_BYTES)
                .slice(0, capacityBytes);
    }
}
