// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.vertx.core.Vertx;

import java.time.Duration;

/** The time of fetches: a clock, and actions at a later time. Thread-safe. */
interface FetchTimer {
    /** A clock as {@link System#nanoTime}. */
    long nanoTime();

    /** Runs an action once this time has passed, on the event loop of the caller. */
    Cancellation after(Duration delay, Runnable action);

    /** Keeps a later action from being run; without effect once it has begun. For the same event loop. */
    @FunctionalInterface
    interface Cancellation {
        void cancel();
    }

    /** The time of the process. */
    static FetchTimer of(Vertx vertx) {
        return new FetchTimer() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Cancellation after(Duration delay, Runnable action) {
                // At least a millisecond: Vert.x refuses 0.
                long timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> action.run());
                return () -> vertx.cancelTimer(timer);
            }
        };
    }
}
