// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that work on volumes. */
final class VolumeThreads {
    private static final int CORES_MIN = 2;

    private VolumeThreads() {}

    /** As many threads as there are cores; the caller must end them. */
    static ExecutorService workers(String prefix) {
        return Executors.newFixedThreadPool(
                Math.max(CORES_MIN, Runtime.getRuntime().availableProcessors()), named(prefix));
    }

    /** Makes threads that are named by this prefix and a number. */
    static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, prefix + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
