// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of all ingests: one coordinator for each ingest, up to three threads next to it for digests of the source
 * and for xz, all of which end when idle; and as many workers as there are cores. Thread-safe.
 */
final class IngestThreads implements AutoCloseable {
    private static final int CORES_MIN = 2;
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final ExecutorService coordinators;
    private final ExecutorService workers;

    IngestThreads() {
        // The admission of ingests limits them. Another limit here would refuse an ingest while the thread of its
        // predecessor is just ending.
        coordinators = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                named("scrubjay-ingest-"));
        // The work of the workers is limited by the number of windows.
        workers = Executors.newFixedThreadPool(
                Math.max(CORES_MIN, Runtime.getRuntime().availableProcessors()), named("scrubjay-worker-"));
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, prefix + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    ExecutorService coordinators() {
        return coordinators;
    }

    ExecutorService workers() {
        return workers;
    }

    /** Lets running work finish, and accepts no new work. */
    @Override
    public void close() {
        coordinators.shutdown();
        workers.shutdown();
    }
}
