// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.time.Duration;

/**
 * Notices when a server has sent nothing for too long, while the agent did not hold it back. Confined to the fetch's
 * event loop.
 */
final class SilenceWatch {
    private final FetchTimer timer;
    private final Duration patience;
    private final Runnable onSilence;
    private FetchTimer.Cancellation next;
    private long heardNanos;
    private boolean isHeldBack;

    /** Begins to watch. */
    SilenceWatch(FetchTimer timer, Duration patience, Runnable onSilence) {
        this.timer = timer;
        this.patience = patience;
        this.onSilence = onSilence;
        this.heardNanos = timer.nanoTime();
        this.next = timer.after(patience, this::look);
    }

    /** Records that the server sends, or may send again. */
    void heard() {
        heardNanos = timer.nanoTime();
        isHeldBack = false;
    }

    /** Records that the agent reads nothing until {@link #heard} is called. */
    void heldBack() {
        isHeldBack = true;
    }

    void stop() {
        next.cancel();
    }

    private void look() {
        Duration left = isHeldBack ? patience : patience.minusNanos(timer.nanoTime() - heardNanos);
        if (left.isNegative() || left.isZero()) {
            onSilence.run();
        } else {
            next = timer.after(left, this::look);
        }
    }
}
