// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.source.LentBytes;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The bytes {@code [start, start + length)} of a window. Where they belong, in a stream or on a disk, is passed
 * separately. A caller that needs them for longer than they are lent {@linkplain Window#retain retains} the window, and
 * need not copy them.
 *
 * @param start the offset of the first byte in the window
 * @param length the number of bytes
 */
public record WindowPart(Window window, int start, int length) implements LentBytes {
    public WindowPart {
        Objects.checkFromIndexSize(start, length, window.bytes().capacity());
    }

    @Override
    public ByteBuffer view() {
        return window.slice(start, length);
    }

    @Override
    public WindowPart slice(int from, int sliceLength) {
        Objects.checkFromIndexSize(from, sliceLength, length);
        return new WindowPart(window, start + from, sliceLength);
    }

    /** Whether these are all bytes of the window. */
    public boolean isWhole() {
        return length == window.bytes().capacity();
    }
}
