// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceStalled;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finishes steps that a device which did not answer in time, or failed, has left open. While a change is still under way,
 * nobody can say what the pool holds, and what is cleaned up then may come back afterwards: such a step is taken again, less
 * and less often, until the device has answered. So is a step that failed and may succeed later. What is open when this is
 * closed, the next start settles.
 *
 * <p>Thread-safe; steps taken again run on one thread of their own.
 */
public final class Settling implements AutoCloseable {
    /** Takes a step: to be harmless when part of it, or all, has been taken before. */
    public interface Step {
        /**
         * Takes the step.
         *
         * @throws DeviceStalled when it cannot be taken yet
         * @throws EngineException when it has failed; it is taken again if that is retryable. Any other exception ends the tries
         */
        void take();
    }

    private enum Outcome {
        TAKEN,
        STALLED,
        FAILED,
        /** It cannot be taken while this agent runs. */
        HOPELESS
    }

    /** @param tries how often its steps have been tried before */
    private record Open(String what, Step first, Step step, Runnable then, int tries) {
        Open(String what, Step step) {
            this(what, () -> {}, step, () -> {}, 0);
        }

        Open afterFirst() {
            return new Open(what, () -> {}, step, then, tries);
        }

        Open afterThen() {
            return new Open(what, () -> {}, step, () -> {}, tries);
        }

        Open triedOnceMore() {
            return new Open(what, first, step, then, tries + 1);
        }
    }

    private static final Logger LOG = Logger.getLogger(Settling.class);
    private static final Duration WAIT_AFTER_STALL = Duration.ofMillis(50);
    private static final Duration WAIT_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    /** From here on every wait is the longest. */
    private static final int DOUBLINGS_MAX = 10;

    private final ScheduledThreadPoolExecutor timer;

    public Settling() {
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "scrubjay-settle");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Takes a step, now if it can be, otherwise as soon as it can be. Does not throw.
     *
     * @param what what the step does, for the log: {@code the removal of image x}
     */
    public void settle(String what, Step step) {
        attempt(new Open(what, step));
    }

    /**
     * The same in two steps.
     *
     * @param first nothing else happens before it has been taken, and nothing at all if it cannot be taken while this agent runs
     * @param then runs once, when the second step has been taken, or has failed for another reason than that the device does
     *     not answer; it may be taken again after that. Does not throw
     */
    public void settle(String what, Step first, Step second, Runnable then) {
        attempt(new Open(what, first, second, then, 0));
    }

    /** Takes a step, but does not try at once: for whoever has just seen the device not answer. */
    public void settleLater(String what, Step step) {
        LOG.warnf(
                "%s waits for the device, which did not answer in time. The agent finishes it once the device works"
                        + " again; look for errors of the device in the kernel log",
                what);
        again(new Open(what, step), WAIT_AFTER_STALL);
    }

    private void attempt(Open open) {
        switch (take(open, open.first())) {
            case STALLED -> again(open, WAIT_AFTER_STALL);
            case FAILED -> again(open, WAIT_AFTER_FAILURE);
            case HOPELESS -> {
                // What it was to end may exist: the second step would take its bytes away.
            }
            case TAKEN -> attemptSecond(open.afterFirst());
        }
    }

    private void attemptSecond(Open open) {
        switch (take(open, open.step())) {
            case STALLED -> again(open, WAIT_AFTER_STALL);
            case FAILED -> {
                again(open.afterThen(), WAIT_AFTER_FAILURE);
                open.then().run();
            }
            case TAKEN, HOPELESS -> open.then().run();
        }
    }

    private Outcome take(Open open, Step step) {
        try {
            step.take();
            return Outcome.TAKEN;
        } catch (DeviceStalled stalled) {
            LOG.warnf(
                    "%s waits for the device: %s. The agent finishes it once the device works again; look for"
                            + " errors of the device in the kernel log",
                    open.what(), stalled.getMessage());
            return Outcome.STALLED;
        } catch (RuntimeException failed) {
            if (timer.isShutdown()) {
                LOG.warnf("%s was cut off because the agent stops; the next start finishes it", open.what());
                return Outcome.HOPELESS;
            }
            if (!(failed instanceof EngineException failure && failure.isRetryable())) {
                LOG.errorf(failed, "%s failed; the next start finishes it", open.what());
                return Outcome.HOPELESS;
            }
            if (open.tries() == 0) {
                LOG.errorf("%s failed: %s; the agent tries again until it succeeds", open.what(), failed.getMessage());
            } else {
                LOG.warnf("%s failed again: %s", open.what(), failed.getMessage());
            }
            return Outcome.FAILED;
        }
    }

    private void again(Open open, Duration first) {
        Duration wait = first.multipliedBy(1L << Math.min(open.tries(), DOUBLINGS_MAX));
        try {
            ScheduledFuture<?> unused = timer.schedule(
                    () -> attempt(open.triedOnceMore()),
                    (wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX).toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.warnf("%s is left for the next start to finish", open.what());
        }
    }

    /** Takes nothing again any more. Does not wait for a step under way. */
    @Override
    public void close() {
        timer.shutdown();
    }
}
