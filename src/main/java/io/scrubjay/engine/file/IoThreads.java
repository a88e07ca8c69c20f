// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads that read and write: {@code scrubjay-file-io-1} and so on, a fixed number. They make blocking system
 * calls and complete stages, nothing else. Thread-safe.
 *
 * <p>Their queue itself has no limit: {@link Traffic} limits how much each volume may put into it.
 */
final class IoThreads implements AutoCloseable {
    private final ThreadPoolExecutor threads;

    IoThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new IoThread(task, number.incrementAndGet()));
    }

    /** Whether the caller is one of these threads, of any pool. */
    static boolean isCurrent() {
        return Thread.currentThread() instanceof IoThread;
    }

    /** Runs a task on one of the threads, with that thread's bounce buffer. */
    void execute(Consumer<BounceBuffer> task) {
        threads.execute(() -> task.accept(((IoThread) Thread.currentThread()).bounce));
    }

    /** Runs the submitted tasks, then ends the threads. Waits for that, unless one of these threads calls it. */
    @Override
    public void close() {
        threads.shutdown();
        if (isCurrent()) {
            return;
        }
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException again) {
                // A system call in progress cannot be cancelled.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class IoThread extends Thread {
        private final BounceBuffer bounce = new BounceBuffer();

        IoThread(Runnable task, int number) {
            super(task, "scrubjay-file-io-" + number);
            setDaemon(true);
        }
    }
}
