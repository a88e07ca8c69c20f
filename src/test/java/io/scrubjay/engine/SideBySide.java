// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tasks at the same time, each on a thread of its own, all begun at one moment. Confined to one thread. */
final class SideBySide {
    /** Only a hang takes so long. */
    private static final long PATIENCE_SECONDS = 120;

    /** What one of the threads does. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private final List<Task> tasks = new ArrayList<>();

    SideBySide add(Task task) {
        tasks.add(task);
        return this;
    }

    /**
     * Runs all of them to their end.
     *
     * @param seed what is said of it when one fails
     * @throws AssertionError when a task has thrown anything, or does not come to an end
     */
    void run(long seed) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    task.run();
                    return task;
                }));
            }
            for (Future<?> each : running) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException failed) {
            throw new AssertionError("seed " + seed + ": " + failed.getCause(), failed.getCause());
        } catch (TimeoutException hung) {
            throw new AssertionError("seed " + seed + ": a thread does not come to an end", hung);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("nobody interrupts a test", interrupted);
        } finally {
            threads.shutdownNow();
        }
    }
}
