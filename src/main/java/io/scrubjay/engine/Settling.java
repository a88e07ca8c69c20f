// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceStalled;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Brings to an end what a device that did not answer in time has left open. While a change is still under way, nobody can
 * say what the pool holds, and what is cleaned up then may come back afterwards: such a step is taken again, less and less
 * often, until the device has answered. What an agent that ends leaves so, the next start settles.
 *
 * <p>Thread-safe; steps taken again run on one thread of their own.
 */
public final class Settling {
    /** Takes a step: to be harmless when part of it, or all, has been taken before. */
    public interface Step {
        /**
         * Takes the step.
         *
         * @throws DeviceStalled when it cannot be taken yet; any other exception ends the tries
         */
        void take();
    }

    private static final Logger LOG = Logger.getLogger(Settling.class);
    private static final Duration WAIT_MIN = Duration.ofMillis(50);
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private final ScheduledThreadPoolExecutor timer;

    public Settling() {
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "scrubjay-settle");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /**
     * Takes a step, now if it can be, otherwise as soon as it can be. Does not throw.
     *
     * @param what what the step does, for the log: {@code the removal of image x}
     */
    public void settle(String what, Step step) {
        settle(what, step, () -> {});
    }

    /**
     * The same.
     *
     * @param then runs once, when the step has been taken, or has failed for another reason than that the device does not
     *     answer; does not throw
     */
    public void settle(String what, Step step, Runnable then) {
        attempt(new Open(what, step, then), WAIT_MIN);
    }

    /** The same, but does not try at once: for whoever has just seen the device not answer. */
    public void settleLater(String what, Step step) {
        LOG.warnf("%s waits for the device: it has not answered in time; see what the kernel's log says of it", what);
        again(new Open(what, step, () -> {}), WAIT_MIN);
    }

    private record Open(String what, Step step, Runnable then) {}

    private void attempt(Open open, Duration wait) {
        try {
            open.step().take();
        } catch (DeviceStalled stalled) {
            LOG.warnf(
                    "%s waits for the device: %s; see what the kernel's log says of it",
                    open.what(), stalled.getMessage());
            again(open, wait);
            return;
        } catch (RuntimeException left) {
            LOG.errorf(left, "%s failed; the next start settles it", open.what());
        }
        open.then().run();
    }

    private void again(Open open, Duration wait) {
        Duration next = wait.multipliedBy(2);
        ScheduledFuture<?> unused = timer.schedule(
                () -> attempt(open, next.compareTo(WAIT_MAX) < 0 ? next : WAIT_MAX),
                wait.toNanos(),
                TimeUnit.NANOSECONDS);
    }
}
