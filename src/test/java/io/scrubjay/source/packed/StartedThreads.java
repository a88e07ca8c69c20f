// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A thread for each task; at the end, all of them must have come to theirs. */
final class StartedThreads implements Executor {
    private final List<Thread> started = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
        Thread thread = new Thread(task, "decoding");
        thread.setDaemon(true);
        started.add(thread);
        thread.start();
    }

    int count() {
        return started.size();
    }

    /** Waits for the end of each; a test whose threads do not end does not, either. */
    void join() {
        for (Thread thread : started) {
            try {
                thread.join();
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }
    }
}
