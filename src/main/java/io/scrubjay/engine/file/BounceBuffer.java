// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;

/**
 * The buffer through which bytes go that a device does not take from where they lie. Made when it is first needed.
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
