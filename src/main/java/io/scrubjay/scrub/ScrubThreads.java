// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of the scrubber: one that drives the runs, and a fixed number that compare chunks. */
final class ScrubThreads {
    private ScrubThreads() {}

    static Thread driver(Runnable work) {
        Thread thread = new Thread(work, "scrubjay-scrub");
        thread.setDaemon(true);
        return thread;
    }

    /** The threads that compare chunks. Their work is limited by the windows of the walk. */
    static ExecutorService workers(int count) {
        AtomicInteger next = new AtomicInteger(1);
        return Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "scrubjay-scrub-worker-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }
}
