// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A fixed number of windows, shared by everything that moves image bytes: this limits the memory for them (I-7). A
 * window is as large as a chunk or a cluster, whichever is larger. Windows are allocated when first needed and kept.
 *
 * <p>Callers that find no free window wait in a queue, first come first served. A caller must not wait for a window if
 * it can release the windows that it holds only after that wait.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held for a few instructions only.
 */
public final class WindowPool {
    private final int windowBytes;
    private final int windowsMax;
    private final Deque<Window> free = new ArrayDeque<>();
    private final Deque<CompletableFuture<Window>> waiting = new ArrayDeque<>();
    private int allocated;

    /**
     * @param windowsMax how many windows there will ever be, {@code > 0}
     */
    public WindowPool(int windowBytes, int windowsMax) {
        if (windowBytes <= 0 || windowsMax <= 0) {
            throw new IllegalArgumentException("a pool of " + windowsMax + " windows of " + windowBytes + " bytes");
        }
        this.windowBytes = windowBytes;
        this.windowsMax = windowsMax;
    }

    /** The window size for this cluster size. */
    public static int windowBytesFor(ClusterSize clusterSize) {
        return Math.max(ChunkGrid.CHUNK_BYTES, clusterSize.bytes());
    }

    public int windowBytes() {
        return windowBytes;
    }

    public int windowsMax() {
        return windowsMax;
    }

    /** How many windows are in use. */
    public synchronized int windowsInUse() {
        return allocated - free.size();
    }

    /** A window, if one is free and nobody is waiting for it. */
    public synchronized Optional<Window> tryTake() {
        return waiting.isEmpty() ? Optional.ofNullable(freeOrNew()) : Optional.empty();
    }

    /**
     * A window, as soon as one is free. The future completes on the thread that releases a window, so the stages that
     * depend on it must be short. Cancelling the future leaves the queue.
     */
    public synchronized CompletableFuture<Window> take() {
        CompletableFuture<Window> turn = new CompletableFuture<>();
        Window window = waiting.isEmpty() ? freeOrNew() : null;
        if (window == null) {
            waiting.addLast(turn);
        } else {
            turn.complete(window);
        }
        return turn;
    }

    private Window freeOrNew() {
        Window window = free.pollLast();
        if (window == null && allocated < windowsMax) {
            window = new Window(this, AlignedBuffer.allocate(windowBytes));
            allocated++;
        }
        return window == null ? null : window.taken();
    }

    void giveBack(Window window) {
        while (true) {
            CompletableFuture<Window> next;
            synchronized (this) {
                next = waiting.pollFirst();
                if (next == null) {
                    free.addLast(window);
                    return;
                }
                window.taken();
            }
            if (next.complete(window)) {
                return;
            }
            // Its waiter left the queue: undo, and offer the window to the next one.
            window.untaken();
        }
    }
}
