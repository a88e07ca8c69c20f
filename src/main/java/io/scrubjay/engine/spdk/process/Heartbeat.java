// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Pings SPDK's thread once a second. A thread that is stuck in a system call or in a loop does not answer; nothing here
 * waits for the answer. Thread-safe.
 */
final class Heartbeat {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Supplier<CompletableFuture<Long>> ping;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "scrubjay-spdk-heartbeat");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long answeredNanos = System.nanoTime();
    private volatile boolean asked;

    Heartbeat(Supplier<CompletableFuture<Long>> ping) {
        this.ping = ping;
        var unused = timer.scheduleAtFixedRate(this::beat, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        if (asked) {
            return;
        }
        asked = true;
        CompletableFuture<Void> unused = ping.get().thenAccept(status -> {
            // A negative status means that the ping could not be sent because SPDK has ended, which is no answer.
            if (status >= 0) {
                answeredNanos = System.nanoTime();
            }
            asked = false;
        });
    }

    /** The time since the last answer, minus the interval between pings; never negative. */
    Duration silence() {
        Duration since = Duration.ofNanos(System.nanoTime() - answeredNanos).minus(INTERVAL);
        return since.isNegative() ? Duration.ZERO : since;
    }

    /** Stops the pings; none is sent after this returns. */
    void stop() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a question that only had to be sent was not sent");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
