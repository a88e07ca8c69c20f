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
 * Finishes steps that are still open because the device did not answer in time, or failed. While a change may still be
 * running, nobody can say what the pool contains, and something that is removed may reappear afterwards: such a step is
 * retried, less and less often, until the device has answered. A step that failed and may succeed later is retried,
 * too. Steps that are open when this is closed are left to the next start.
 *
 * <p>Thread-safe; retries run on a thread of their own.
 */
public final class Settling implements AutoCloseable {
    /** A step, which must be harmless when all or part of it has been done before. */
    public interface Step {
        /**
         * Does the step.
         *
         * @throws DeviceStalled when it cannot be done yet
         * @throws EngineException when it has failed; it is retried if the exception is retryable. Any other exception
         *     ends the retries
         */
        void take();
    }

    private enum Outcome {
        TAKEN,
        STALLED,
        FAILED,
        /** The step cannot succeed while this agent runs. */
        HOPELESS
    }

    /** @param tries how often the steps have been tried before */
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
    /** After this many tries, every wait is the longest one. */
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
     * Does a step now if possible, otherwise as soon as possible. Does not throw.
     *
     * @param what what the step does, for the log: {@code the removal of image x}
     */
    public void settle(String what, Step step) {
        attempt(new Open(what, step));
    }

    /**
     * Does two steps, as {@link #settle(String, Step)} does one.
     *
     * @param first the first step: the second one waits until this one has succeeded, and is not done at all if this one
     *     cannot succeed while this agent runs
     * @param then runs once, when the second step has succeeded, or has failed although the device answered; in the
     *     latter case the step may be retried afterwards. Does not throw
     */
    public void settle(String what, Step first, Step second, Runnable then) {
        attempt(new Open(what, first, second, then, 0));
    }

    /** Does a step later, not at once: for callers that the device has just failed to answer. */
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
                // The thing that the first step should have ended may still exist: the second step would remove its
                // bytes.
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

    /** Stops all retries. Does not wait for a running step. */
    @Override
    public void close() {
        timer.shutdown();
    }
}
