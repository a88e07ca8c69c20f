// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;

/**
 * An aligned buffer, for bytes whose own buffer the device cannot use. Allocated at its first use. Confined to one
 * thread.
 */
final class BounceBuffer {
    static final int CAPACITY_BYTES = 1 << 20;

    private ByteBuffer buffer;

    /** The buffer, with position 0 and this limit. */
    ByteBuffer ofLength(int lengthBytes) {
        if (buffer == null) {
            buffer = AlignedBuffer.allocate(CAPACITY_BYTES);
        }
        return buffer.clear().limit(lengthBytes);
    }
}
