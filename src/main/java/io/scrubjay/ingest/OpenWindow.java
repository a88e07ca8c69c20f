// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.Window;
import io.scrubjay.flow.WindowPart;

import java.nio.ByteBuffer;

/**
 * A window of a volume that is being filled, in any order. Bytes that do not come are zeroes. Confined to one thread.
 */
final class OpenWindow {
    private final Window window;
    private final long at;
    private final int clusterBytes;
    private final WindowClusters held;
    /** The window's bytes from here on are undefined, and count as zeroes. */
    private int end;

    private long putBytes;

    private OpenWindow(Window window, long at, int clusterBytes, WindowClusters held, int end) {
        this.window = window;
        this.at = at;
        this.clusterBytes = clusterBytes;
        this.held = held;
        this.end = end;
    }

    /** A window in which all bytes are zeroes so far, and of which the volume holds nothing. */
    static OpenWindow empty(Window window, long at, int clusterBytes) {
        return new OpenWindow(window, at, clusterBytes, new WindowClusters(), 0);
    }

    /** A window with the bytes of the volume. */
    static OpenWindow loaded(Window window, long at, int clusterBytes, WindowClusters held) {
        return new OpenWindow(window, at, clusterBytes, held, window.bytes().capacity());
    }

    /** The position of the window in the volume. */
    long at() {
        return at;
    }

    Window window() {
        return window;
    }

    /** The part that has bytes, from the beginning of the window. */
    WindowPart part() {
        return new WindowPart(window, 0, end);
    }

    WindowClusters held() {
        return held;
    }

    /** Copies bytes into the window; the buffer's position is not changed. */
    void put(int from, ByteBuffer bytes) {
        int length = bytes.remaining();
        int to = from + length;
        define(from);
        window.bytes().put(from, bytes, bytes.position(), length);
        end = Math.max(end, to);
        held.change(from / clusterBytes, (to - 1) / clusterBytes + 1);
        putBytes += length;
    }

    /** Copies bytes out of the window until the buffer is full. */
    void get(int from, ByteBuffer into) {
        define(from + into.remaining());
        into.put(window.slice(from, into.remaining()));
    }

    /** Makes all bytes before this one defined. */
    private void define(int to) {
        if (to > end) {
            window.zero(end, to - end);
            end = to;
        }
    }

    /** Whether anything was put into it. */
    boolean isChanged() {
        return putBytes > 0;
    }

    /** Whether it has been filled completely: nothing more will come. */
    boolean isComplete() {
        return putBytes >= window.bytes().capacity();
    }
}
