// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;

/**
 * An aligned buffer for bytes that a device cannot take from their own buffer. Allocated when it is first needed.
 * Confined to one thread.
 */
final class BounceBuffer {
    static final int CAPACITY_BYTES = 1 << 20;

    private ByteBuffer buffer;

    /** The buffer, its position 0 and its limit this. */
    ByteBuffer ofLength(int lengthBytes) {
        if (buffer == null) {
            buffer = AlignedBuffer.allocate(CAPACITY_BYTES);
        }
        return buffer.clear().limit(lengthBytes);
    }
}
