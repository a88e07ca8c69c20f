// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Stages;
import io.scrubjay.flow.Window;
import io.scrubjay.source.LentBytes;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects pieces of a volume, of any length and in any order, in windows. A window is stored when it is complete, or
 * when its place is needed; in the second case it is read again when more of its bytes come. Which pieces share a
 * window, and in which order they come, changes the cost, but not the result.
 *
 * <p>Confined to one thread. Blocks for the device when it reads, or when too many windows are being stored.
 */
final class OpenWindows {
    private final WindowStore store;
    private final WindowShare share;
    private final Stores stores;
    private final int windowBytes;
    private final Map<Long, OpenWindow> open = new HashMap<>();
    /** The windows that are being stored: they cannot be read yet. At most as many as the share has. */
    private final Map<Long, CompletableFuture<Void>> storing = new ConcurrentHashMap<>();

    OpenWindows(WindowStore store, WindowShare share, Stores stores) {
        this.store = store;
        this.share = share;
        this.stores = stores;
        this.windowBytes = share.windowBytes();
    }

    /**
     * Copies bytes to this offset of the volume, which must be large enough.
     *
     * @throws RuntimeException when the device failed
     */
    void put(long offset, LentBytes bytes) {
        ByteBuffer rest = bytes.view();
        long at = offset;
        while (rest.hasRemaining()) {
            OpenWindow window = window(at);
            int from = Math.toIntExact(at - window.at());
            int length = Math.min(rest.remaining(), windowBytes - from);
            window.put(from, rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
            at += length;
            if (window.isComplete()) {
                store(window, window.at() + windowBytes);
            }
        }
    }

    /**
     * Copies bytes from this offset of the volume until the buffer is full. Bytes that were never put are zeroes.
     *
     * @throws RuntimeException when the device failed, or returned other bytes than were put
     */
    void get(long offset, ByteBuffer into) {
        long at = offset;
        int end = into.limit();
        while (into.position() < end) {
            OpenWindow window = window(at);
            int from = Math.toIntExact(at - window.at());
            int length = Math.min(end - into.position(), windowBytes - from);
            window.get(from, into.limit(into.position() + length));
            into.limit(end);
            at += length;
        }
    }

    /** The open window with this byte of the volume. */
    private OpenWindow window(long offset) {
        long at = offset - offset % windowBytes;
        OpenWindow known = open.get(at);
        if (known != null) {
            share.used(known);
            return known;
        }
        CompletableFuture<Void> unfinished = storing.get(at);
        if (unfinished != null) {
            Stages.await(unfinished);
        }
        Window window = share.take();
        try {
            OpenWindow opened = store.has(at, windowBytes)
                    ? OpenWindow.loaded(window, at, clusterBytes(), store.load(at, window))
                    : OpenWindow.empty(window, at, clusterBytes());
            open.put(at, opened);
            share.opened(opened, () -> giveUp(opened));
            return opened;
        } catch (RuntimeException | Error failed) {
            share.release(window);
            throw failed;
        }
    }

    private int clusterBytes() {
        return store.clusterSize().bytes();
    }

    private void giveUp(OpenWindow window) {
        if (window.isChanged()) {
            store(window, window.at() + windowBytes);
        } else {
            close(window);
            share.release(window.window());
        }
    }

    private void close(OpenWindow window) {
        open.remove(window.at());
        share.closed(window);
    }

    private void store(OpenWindow window, long endBytes) {
        close(window);
        CompletableFuture<Void> unfinished = stores.start(
                () -> store.store(window.at(), window.part(), window.held(), endBytes),
                () -> share.release(window.window()));
        storing.put(window.at(), unfinished);
        CompletableFuture<Void> unused =
                unfinished.whenComplete((stored, failure) -> storing.remove(window.at(), unfinished));
    }

    /**
     * Opens the window with this byte, if the volume has any of it: so that {@link #storeAll} hashes it up to the end
     * of the content.
     */
    void reopen(long offset) {
        long at = offset - offset % windowBytes;
        CompletableFuture<Void> unfinished = storing.get(at);
        if (unfinished != null) {
            Stages.await(unfinished);
        }
        if (store.has(at, windowBytes)) {
            OpenWindow unused = window(offset);
        }
    }

    /**
     * Makes workers store all open windows.
     *
     * @param endBytes the end of the content
     */
    void storeAll(long endBytes) {
        List.copyOf(open.values()).forEach(window -> store(window, endBytes));
    }

    /** Releases all open windows, and stores none of them. */
    void abandon() {
        List.copyOf(open.values()).forEach(window -> {
            close(window);
            share.release(window.window());
        });
    }
}
