// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A time in which every pause is over at once, and no server is silent for too long until a test says so. Thread-safe. */
final class FetchTime implements FetchTimer {
    static final Duration IDLE = Duration.ofMinutes(1);

    /** A watch that has been set. */
    private record Watch(Context loop, Runnable action, AtomicBoolean cancelled) {
        void run() {
            loop.runOnContext(now -> {
                if (!cancelled.get()) {
                    action.run();
                }
            });
        }
    }

    /** All pauses so far. */
    final List<Duration> pauses = new CopyOnWriteArrayList<>();

    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Cancellation after(Duration delay, Runnable action) {
        Watch watch = new Watch(Vertx.currentContext(), action, new AtomicBoolean());
        if (delay.compareTo(IDLE) < 0) {
            pauses.add(delay);
            nanos.addAndGet(delay.toNanos());
            watch.run();
        } else {
            watches.add(watch);
        }
        return () -> watch.cancelled().set(true);
    }

    /** Lets a minute pass in which no server sends anything. */
    void pass() {
        nanos.addAndGet(IDLE.toNanos());
        List<Watch> due = List.copyOf(watches);
        watches.removeAll(due);
        due.forEach(Watch::run);
    }
}
