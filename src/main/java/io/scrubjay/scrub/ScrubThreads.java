// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of the scrubber: one that drives, and a fixed number that compare. */
final class ScrubThreads {
    private ScrubThreads() {}

    static Thread driver(Runnable work) {
        Thread thread = new Thread(work, "scrubjay-scrub");
        thread.setDaemon(true);
        return thread;
    }

    /** What these have to do is bounded by the windows of the walk. */
    static ExecutorService workers(int count) {
        AtomicInteger next = new AtomicInteger(1);
        return Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "scrubjay-scrub-worker-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }
}
