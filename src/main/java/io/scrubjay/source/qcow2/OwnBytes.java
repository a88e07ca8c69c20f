// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.LentBytes;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Bytes in the reader's own memory. */
final class OwnBytes implements LentBytes {
    private final byte[] memory;
    private final int start;
    private final int length;

    /** Lends the bytes {@code [start, start + length)} of this memory. */
    OwnBytes(byte[] memory, int start, int length) {
        Objects.checkFromIndexSize(start, length, memory.length);
        this.memory = memory;
        this.start = start;
        this.length = length;
    }

    @Override
    public ByteBuffer view() {
        return ByteBuffer.wrap(memory, start, length).slice().asReadOnlyBuffer();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public LentBytes slice(int from, int sliceLength) {
        Objects.checkFromIndexSize(from, sliceLength, length);
        return new OwnBytes(memory, start + from, sliceLength);
    }
}
