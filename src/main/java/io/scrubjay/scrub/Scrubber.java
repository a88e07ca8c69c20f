// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.LogEvent;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * All scrubs of one agent. One run is in progress at a time; the others wait for their turn. Everything that hashes
 * stored bytes in the background goes through this class.
 *
 * <p>Thread-safe: runs and queue are guarded by the monitor. Calls may block for the history's disk, and {@link #close}
 * for the device, so event loops must not make them.
 */
public final class Scrubber implements AutoCloseable {
    /** The message of runs that ended because the agent stopped. */
    static final String STOPPED = "the agent stopped";

    private static final Logger LOG = Logger.getLogger(Scrubber.class);
    private static final long CLOSE_PATIENCE_SECONDS = 60;
    /** How many ended runs are kept in memory with their findings. */
    private static final int RECENT_MAX = 16;

    private final ImageCatalog catalog;
    private final ScrubHistory history;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Pace pace;
    private final ScrubSettings settings;
    private final ScrubTotals totals = new ScrubTotals();
    private final ExecutorService workers;
    private final ScrubTools tools;
    private final Thread driver = ScrubThreads.driver(this::drive);

    private final Deque<ScrubRun> queue = new ArrayDeque<>();
    /** The waiting runs, the run in progress, and those that ended last, in the order of their requests. */
    private final Map<RunId, ScrubRun> known = new LinkedHashMap<>();

    private final VerifiedAges ages;
    private final Rechecks rechecks = new Rechecks();

    private Optional<ScrubRun> current = Optional.empty();
    private boolean closing;
    /**
     * The images that the history knows but that were not in the pool at startup: they are kept, because it may have
     * been the wrong pool.
     */
    private Set<ImageId> absent = Set.of();

    /** Creates a scrubber that is not started yet. */
    public Scrubber(
            ScrubLimits limits,
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog catalog,
            ScrubHistory history,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.catalog = catalog;
        this.history = history;
        this.clock = wholeMillis(clock);
        this.nanoClock = nanoClock;
        this.pace = new Pace(limits.bytesPerSecond(), nanoClock);
        this.ages = new VerifiedAges(this.clock, nanoClock);
        this.settings = new ScrubSettings(history, this.clock);
        this.workers = ScrubThreads.workers(limits.workers());
        this.tools = new ScrubTools(engine, manifests, workers, limits.readDepth(), pace, totals, history, this.clock);
    }

    /** A clock in whole milliseconds, since the history stores milliseconds. */
    private static InstantSource wholeMillis(InstantSource clock) {
        return () -> clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Reads the history and starts to work. The catalog must be complete. Called once. */
    public void start() {
        history.failUnfinished(clock.instant(), STOPPED);
        restoreLastScrubs();
        settings.restore(pace);
        orderDoubtful();
        driver.start();
    }

    /**
     * Orders scrubs of images that are served again after a scrub found them damaged, such as when their bytes were
     * restored; they are scrubbed first.
     */
    private void orderDoubtful() {
        for (Image image : catalog.committed()) {
            if (image.state() instanceof ImageState.Ready
                    && image.lastScrub().filter(last -> !last.intact()).isPresent()) {
                orderDoubtful(image);
            }
        }
    }

    private void orderDoubtful(Image image) {
        try {
            submit(new RunReport.Order(ScrubTarget.of(image.key()), ScrubLevel.DEEP, RunOrigin.SCHEDULE));
        } catch (RefusedException busy) {
            LOG.warnf("%s was damaged at its last scrub; scrub it again: %s", image, busy.getMessage());
        }
    }

    private void restoreLastScrubs() {
        Map<ImageId, LastScrub> last = history.lastScrubs();
        Map<ImageId, Image> images = new LinkedHashMap<>();
        catalog.committed().forEach(image -> images.put(image.id(), image));
        if (images.isEmpty() && !last.isEmpty()) {
            LOG.warnf(
                    "the pool has no images, but the state directory remembers scrubs of %d. If they were not"
                            + " deleted, the pool's disk is not mounted or another pool is configured: stop the"
                            + " agent, and mount or configure the right pool",
                    last.size());
            absent = Set.copyOf(last.keySet());
            return;
        }
        images.forEach((id, image) -> {
            if (last.containsKey(id)) {
                image.scrubbed(last.get(id));
            }
        });
        forgetDeleted(last.keySet());
    }

    /**
     * Orders a run.
     *
     * @return the waiting run
     * @throws RefusedException {@code image-not-found}, {@code snapshot-not-found}, {@code image-not-ready}, {@code busy}
     */
    public RunReport submit(RunReport.Order order) {
        requireTarget(order.target());
        ScrubRun run = new ScrubRun(order, clock, nanoClock);
        synchronized (this) {
            if (closing || queue.size() >= ScrubLimits.QUEUED_MAX) {
                throw new RefusedException(
                        Refusal.BUSY,
                        closing
                                ? "the agent is stopping"
                                : "too many scrub runs are waiting (limit " + ScrubLimits.QUEUED_MAX
                                        + "); try again later");
            }
            known.put(run.id(), run);
            forgetOldRuns();
            // ORDER: save it before the driver can, so that this state does not overwrite a later one.
            history.save(run.summary());
            queue.addLast(run);
            notifyAll();
        }
        return run.report();
    }

    private void requireTarget(ScrubTarget target) {
        if (target instanceof ScrubTarget.One one) {
            Image image = catalog.get(one.key());
            if (!(image.state() instanceof ImageState.Committed)) {
                throw new RefusedException(
                        Refusal.IMAGE_NOT_READY, image + " is " + image.state().wireName());
            }
        }
    }

    /**
     * Orders a scheduled run of everything, unless a run that is at least as thorough is already waiting or in
     * progress.
     *
     * @return the run, or empty when it was not needed, or the queue is full
     */
    public synchronized Optional<RunReport> submitScheduled(ScrubLevel level) {
        boolean underWay = known.values().stream()
                .filter(run -> !run.isEnded())
                .map(ScrubRun::order)
                .anyMatch(order -> order.target().equals(ScrubTarget.EVERYTHING) && order.level() == level);
        if (underWay || closing || queue.size() >= ScrubLimits.QUEUED_MAX) {
            LOG.infof(
                    "a scheduled %s scrub is skipped: %s",
                    level.wireName(),
                    underWay
                            ? "another one is waiting or running"
                            : "too many runs are waiting, or the agent is stopping");
            return Optional.empty();
        }
        return Optional.of(submit(new RunReport.Order(ScrubTarget.EVERYTHING, level, RunOrigin.SCHEDULE)));
    }

    /** Orders deep scrubs of the images that were missing or unreadable in part, if they are due. */
    public synchronized void recheck() {
        List<Image> outOfReach = catalog.committed().stream()
                .filter(image -> image.state() instanceof ImageState.Quarantined quarantined
                        && quarantined.endsWhenFoundIntact())
                .toList();
        long nanoNow = nanoClock.getAsLong();
        rechecks.outOfReach(outOfReach.stream().map(Image::id).collect(Collectors.toSet()), nanoNow);
        for (Image image : outOfReach) {
            if (rechecks.isDue(image.id(), nanoNow) && !isAwaited(image) && queue.size() < ScrubLimits.QUEUED_MAX) {
                rechecks.lookedAt(image.id(), nanoNow);
                orderDoubtful(image);
            }
        }
    }

    private boolean isAwaited(Image image) {
        return known.values().stream()
                .filter(run -> !run.isEnded())
                .map(ScrubRun::order)
                .anyMatch(order -> order.level() == ScrubLevel.DEEP
                        && (order.target().equals(ScrubTarget.EVERYTHING)
                                || order.target().equals(ScrubTarget.of(image.key()))));
    }

    private void forgetOldRuns() {
        List<ScrubRun> ended = known.values().stream().filter(ScrubRun::isEnded).toList();
        ended.subList(0, Math.max(0, ended.size() - RECENT_MAX)).forEach(run -> known.remove(run.id()));
    }

    /** All remembered runs without their findings, the latest request first, independently of the clock. */
    public List<RunReport> runs() {
        Map<RunId, RunReport> reports = new LinkedHashMap<>();
        List<RunReport> remembered = new ArrayList<>(history.runs());
        Collections.reverse(remembered);
        remembered.forEach(report -> reports.put(report.id(), report));
        synchronized (this) {
            known.values().forEach(run -> reports.put(run.id(), run.summary()));
        }
        List<RunReport> latestFirst = new ArrayList<>(reports.values());
        Collections.reverse(latestFirst);
        return List.copyOf(latestFirst);
    }

    /**
     * One run with its findings.
     *
     * @throws RefusedException {@code run-not-found}
     */
    public RunReport run(RunId id) {
        return live(id).map(ScrubRun::report)
                .or(() -> history.find(id))
                .orElseThrow(() -> new RefusedException(Refusal.RUN_NOT_FOUND, "there is no scrub run " + id));
    }

    private synchronized Optional<ScrubRun> live(RunId id) {
        return Optional.ofNullable(known.get(id));
    }

    /**
     * Cancels a run; its findings stay. Checks that are in progress still finish. Does nothing to a run that has ended.
     *
     * @return the run as it is now
     * @throws RefusedException {@code run-not-found}
     */
    public RunReport cancel(RunId id) {
        Optional<ScrubRun> run = live(id);
        if (run.isEmpty()) {
            return run(id);
        }
        if (cancelledInQueue(run.get())) {
            ended(run.get());
        }
        return run.get().report();
    }

    /** Cancels a run; returns true when it was still waiting, so that the driver will never see it. */
    private synchronized boolean cancelledInQueue(ScrubRun run) {
        run.cancel();
        return queue.remove(run);
    }

    /**
     * Pauses the run in progress, which keeps its position, and starts no other until {@link #resume}, even after
     * restarts.
     */
    public synchronized void pause() {
        settings.set(ScrubSetting.Name.PAUSED, 1);
        pace.pause();
        current.ifPresent(ScrubRun::pause);
    }

    /** Continues after {@link #pause}. */
    public synchronized void resume() {
        settings.set(ScrubSetting.Name.PAUSED, 0);
        current.ifPresent(ScrubRun::resume);
        pace.resume();
        notifyAll();
    }

    /**
     * Limits how many bytes are read per second, from the next chunk on. The limit stays in force until it is changed
     * again, even after restarts.
     *
     * @param bytesPerSecond {@code >= 0}; 0 for no limit
     */
    public void limitRate(long bytesPerSecond) {
        settings.set(ScrubSetting.Name.RATE_LIMIT, bytesPerSecond);
        pace.rate(bytesPerSecond);
    }

    /** The present status. */
    public ScrubStatus status() {
        // Accesses the state directory, and therefore must not hold the monitor, for which a run may wait.
        return status(settings.areKept());
    }

    private synchronized ScrubStatus status(boolean kept) {
        return new ScrubStatus(
                pace.isPaused(),
                pace.rate(),
                new ScrubStatus.SetByRequest(
                        settings.setAt(ScrubSetting.Name.RATE_LIMIT), settings.setAt(ScrubSetting.Name.PAUSED), kept),
                current.filter(run -> !run.isEnded()).map(ScrubRun::summary),
                queue.size(),
                ages.oldest(catalog));
    }

    /** The totals of all scrubs since the start. */
    public ScrubTotals totals() {
        return totals;
    }

    /** The latest events, the newest first. */
    public List<ScrubEvent> events() {
        return history.events();
    }

    /** The age of the oldest verification among all images in service; zero when there is no such image. */
    public Duration oldestAge() {
        return ages.oldest(catalog).map(ScrubStatus.Oldest::age).orElse(Duration.ZERO);
    }

    private void drive() {
        for (Optional<ScrubRun> next = next(); next.isPresent(); next = next()) {
            ScrubRun run = next.get();
            try {
                new RunDrive(tools, catalog, run).drive();
                forgetDeleted();
            } catch (RuntimeException | Error bug) {
                LOG.errorf(
                        bug,
                        "scrub %s failed because of an error in the agent; please report it with the stack trace",
                        run.id());
                run.fail("an error in the agent; its log has the details");
            } finally {
                synchronized (this) {
                    current = Optional.empty();
                }
                ended(run);
            }
        }
    }

    /** Forgets deleted images, so that an agent that runs for years does not remember every image that it ever had. */
    private void forgetDeleted() {
        // ORDER: the history first. Only this thread adds to it, and every image in it was in the catalog.
        forgetDeleted(history.lastScrubs().keySet());
    }

    /**
     * Forgets those of these images that are not in the pool; none of them while they may be something in the pool that
     * could not be read.
     */
    private void forgetDeleted(Set<ImageId> known) {
        if (tools.engine().unreadable().isEmpty()) {
            Set<ImageId> deleted = new HashSet<>(known);
            catalog.committed().forEach(image -> deleted.remove(image.id()));
            deleted.removeAll(absent);
            deleted.forEach(history::forget);
        }
    }

    /** Waits for a run to start; empty when the scrubber closes. */
    private synchronized Optional<ScrubRun> next() {
        while (!closing) {
            ScrubRun run = pace.isPaused() ? null : queue.pollFirst();
            if (run != null && run.start()) {
                current = Optional.of(run);
                return current;
            }
            if (run == null) {
                try {
                    wait();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private void ended(ScrubRun run) {
        ScrubRunState.Ended end = run.end().orElseThrow();
        totals.ended(end);
        RunReport report = run.report();
        history.save(report);
        LogEvent.SCRUB_ENDED.info(
                LOG,
                "%s scrub of %s %s: %d findings, %d bytes read",
                report.order().level().wireName(),
                report.order().target(),
                end.wireName(),
                report.findingsTotal(),
                report.progress().bytesRead());
        if (end instanceof ScrubRunState.Failed failed) {
            LOG.warnf("scrub %s stopped before its end: %s", report.id(), failed.message());
        }
    }

    /**
     * Ends the run in progress and all waiting runs, and waits until nothing is being read. Closing twice is harmless.
     */
    @Override
    public void close() {
        List<ScrubRun> waiting;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            waiting = List.copyOf(queue);
            queue.clear();
            current.ifPresent(run -> run.stop(STOPPED));
            notifyAll();
        }
        waiting.forEach(run -> {
            run.fail(STOPPED);
            ended(run);
        });
        try {
            driver.join(TimeUnit.SECONDS.toMillis(CLOSE_PATIENCE_SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        workers.shutdown();
    }
}
