// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of all sessions; a parked session has none. Thread-safe. */
final class SessionThreads implements AutoCloseable {
    private static final int CORES_MIN = 2;
    private static final long CLOSE_PATIENCE_SECONDS = 10;

    private final ExecutorService workers = Executors.newFixedThreadPool(
            Math.max(CORES_MIN, Runtime.getRuntime().availableProcessors()), named("scrubjay-upload-"));
    // The slots of ingests limit them.
    private final ExecutorService feeds = Executors.newCachedThreadPool(named("scrubjay-upload-feed-"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(named("scrubjay-upload-timer-"));

    private static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, prefix + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Hash, write, and make other calls to the pool. */
    ExecutorService workers() {
        return workers;
    }

    /** One for each session of which an image is being made. */
    ExecutorService feeds() {
        return feeds;
    }

    /** Looks after sessions that have expired, or of which no image could be made yet. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /**
     * Accepts no new work, and waits a while for running work: the removal of a session whose image has just been made
     * is better done now than by the next start.
     */
    @Override
    public void close() {
        timer.shutdownNow();
        feeds.shutdown();
        workers.shutdown();
        try {
            boolean unused = workers.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
