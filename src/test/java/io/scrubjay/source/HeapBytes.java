// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Bytes that are lent for one call: {@link #takeBack} spoils the memory, so that whoever kept it has something else. */
public final class HeapBytes implements LentBytes {
    private final byte[] memory;
    private final int start;
    private final int length;

    private HeapBytes(byte[] memory, int start, int length) {
        this.memory = memory;
        this.start = start;
        this.length = length;
    }

    /** A copy of the bytes {@code [from, to)}. */
    public static HeapBytes of(byte[] bytes, int from, int to) {
        return new HeapBytes(Arrays.copyOfRange(bytes, from, to), 0, to - from);
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
        return new HeapBytes(memory, start + from, sliceLength);
    }

    public void takeBack() {
        Arrays.fill(memory, (byte) 0xdd);
    }
}
