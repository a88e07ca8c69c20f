// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.image.Image;
import io.scrubjay.image.LogEvent;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends the exports of quarantined images. An export that could not be ended still serves damaged bytes to its clients,
 * so ending it is retried, less and less often, until it succeeds.
 *
 * <p>Thread-safe: its set is guarded by its own monitor, which is not held while an export is being ended.
 */
final class QuarantinedExports implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(QuarantinedExports.class);
    private static final Duration WAIT_MIN = Duration.ofSeconds(1);
    private static final Duration WAIT_MAX = Duration.ofMinutes(1);

    private final Consumer<Image> ending;
    private final Set<Image> left = new LinkedHashSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "scrubjay-export-end");
        thread.setDaemon(true);
        return thread;
    });

    /** @param ending ends the export of an image, or throws a {@link RefusedException}; harmless when there is none */
    QuarantinedExports(Consumer<Image> ending) {
        this.ending = ending;
    }

    /** Ends the export of a quarantined image, now or as soon as possible. */
    void end(Image image) {
        LogEvent.EXPORT_ENDED.warn(LOG, "%s is quarantined: the agent ends its export", image);
        try {
            ending.accept(image);
        } catch (RefusedException stays) {
            LOG.errorf(
                    stays,
                    "the export of %s could not be ended, so clients can still read the damaged image. The agent"
                            + " tries again; restarting the agent certainly ends the export",
                    image);
            synchronized (left) {
                left.add(image);
            }
            tryAfter(WAIT_MIN);
        }
    }

    private void tryAfter(Duration wait) {
        try {
            ScheduledFuture<?> unused = timer.schedule(
                    () -> {
                        if (tryAgain() > 0) {
                            Duration longer = wait.multipliedBy(2);
                            tryAfter(longer.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : longer);
                        }
                    },
                    wait.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("exports end with the agent");
        }
    }

    /**
     * Tries again to end each of them.
     *
     * @return how many are left
     */
    int tryAgain() {
        List<Image> images;
        synchronized (left) {
            images = List.copyOf(left);
        }
        for (Image image : images) {
            try {
                ending.accept(image);
                ended(image);
                LOG.infof("the export of %s has ended", image);
            } catch (RuntimeException stays) {
                LOG.warnf("the export of %s still cannot be ended: %s", image, stays.getMessage());
            }
        }
        return count();
    }

    /** Records that this export was ended elsewhere. */
    void ended(Image image) {
        synchronized (left) {
            left.remove(image);
        }
    }

    /** How many quarantined images clients can still read through exports. */
    int count() {
        synchronized (left) {
            return left.size();
        }
    }

    /** Stops the retries. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
