// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;

/** Lends the bytes of a buffer or an array. */
public final class LentBuffer implements LentBytes {
    private final ByteBuffer bytes;

    /** Lends the bytes between the position and the limit that the buffer has now. */
    public LentBuffer(ByteBuffer bytes) {
        this.bytes = bytes.slice().asReadOnlyBuffer();
    }

    /** Lends the bytes {@code [start, start + length)} of this memory. */
    public LentBuffer(byte[] memory, int start, int length) {
        this(ByteBuffer.wrap(memory, start, length));
    }

    @Override
    public ByteBuffer view() {
        return bytes.duplicate();
    }

    @Override
    public int length() {
        return bytes.capacity();
    }

    @Override
    public LentBytes slice(int from, int length) {
        return new LentBuffer(bytes.slice(from, length));
    }
}
