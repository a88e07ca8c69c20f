// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.Window;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The windows that one ingest may hold for parts of its disk and of its spool (I-7). Some of them are open; the others
 * are being stored. When another window is needed, the one that has been used least recently is given up.
 *
 * <p>No ingest waits for another one here: its windows come from a pool that has this many for every ingest, and that
 * senders do not use. It waits only for windows of its own that the device is writing.
 *
 * <p>Confined to one thread, except for {@link #release}.
 */
final class WindowShare {
    /** The rest is being stored, so that filling windows and storing them overlap. */
    private static final double OPEN_SHARE_MAX = 0.75;

    private final WindowPool pool;
    private final Stores stores;
    private final int openMax;
    private final Semaphore left;
    /** The open windows, the least recently used one first, and how to give each of them up. */
    private final Map<OpenWindow, Runnable> open = new LinkedHashMap<>();

    /**
     * @param pool where no other ingest takes more than its own share
     * @param windowsMax the size of the share, at least 1
     * @param stores where windows are stored when they are given up
     */
    WindowShare(WindowPool pool, int windowsMax, Stores stores) {
        this.pool = pool;
        this.stores = stores;
        this.openMax = Math.max(1, (int) (windowsMax * OPEN_SHARE_MAX));
        this.left = new Semaphore(windowsMax);
    }

    int windowBytes() {
        return pool.windowBytes();
    }

    /**
     * Takes a window, whose caller passes it to {@link #opened} or {@link #release}. May block for the device.
     *
     * @throws RuntimeException the failure of an earlier store
     */
    Window take() {
        while (open.size() >= openMax) {
            open.values().iterator().next().run();
        }
        left.acquireUninterruptibly();
        try {
            stores.requireNoFailure();
            return pool.tryTake().orElseThrow(WindowShare::stalled);
        } catch (RuntimeException | Error refused) {
            left.release();
            throw refused;
        }
    }

    /** Operations that stalled keep their windows until they end, also after their ingest has ended. */
    private static RefusedException stalled() {
        return new RefusedException(
                Refusal.DEVICE_FAILED,
                "the device has not answered requests of earlier uploads and still uses the memory that this upload"
                        + " needs; the memory is free again once the device has answered them. Check the pool's device"
                        + " in the kernel log, then upload the image again");
    }

    /**
     * Adds a window to the open ones, as the one that was used last.
     *
     * @param giveUp must call {@link #closed}, and release the window at once or when it has been stored
     */
    void opened(OpenWindow window, Runnable giveUp) {
        open.put(window, giveUp);
    }

    /** Records that an open window is used again. */
    void used(OpenWindow window) {
        open.put(window, open.remove(window));
    }

    /** Removes a window from the open ones; it still belongs to the share. */
    void closed(OpenWindow window) {
        open.remove(window);
    }

    /** Gives a window back. For any thread. */
    void release(Window window) {
        // ORDER: the pool has it before the share may take another one.
        window.release();
        left.release();
    }
}
