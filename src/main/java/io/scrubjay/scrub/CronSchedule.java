// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.ScrubLevel;
import org.jboss.logging.Logger;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Starts scrubs at the configured times, each after a random delay. Scrubs that were due while the agent was not
 * running are not made up for. Even without configured times, it makes the scrubber check images again that were
 * missing or unreadable in part.
 *
 * <p>Thread-safe: guarded by its own monitor, which is also held while scrubs are ordered.
 */
public final class CronSchedule implements ScrubSchedule, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CronSchedule.class);
    private static final Set<String> NEVER = Set.of("", "off", "disabled");
    /** How soon a clock that was set forward is noticed. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Scrubber scrubber;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Jitter jitter;
    private final ZoneId zone;
    private final Map<ScrubLevel, String> crons = new EnumMap<>(ScrubLevel.class);
    private final Map<ScrubLevel, CronTimes> times = new EnumMap<>(ScrubLevel.class);
    /** The next time of each level. */
    private final Map<ScrubLevel, Due> due = new EnumMap<>(ScrubLevel.class);
    /** When the scrubs start that are due, after their random delays. */
    private final Map<ScrubLevel, Due> delayed = new EnumMap<>(ScrubLevel.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "scrubjay-scrub-timer");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Creates a schedule that is not started yet.
     *
     * @throws IllegalArgumentException when a configured time or the time zone is invalid
     */
    public CronSchedule(
            ScrubConfig config, Scrubber scrubber, InstantSource clock, LongSupplier nanoClock, Random random) {
        this.scrubber = scrubber;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.jitter = new Jitter(config.jitter(), random);
        this.zone = config.timeZone().map(CronSchedule::zone).orElseGet(ZoneId::systemDefault);
        keep(ScrubLevel.DEEP, config.deepCron());
        keep(ScrubLevel.LIGHT, config.lightCron());
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name.strip());
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    "scrubjay.scrub.time-zone: '" + name + "' is not a time zone; use one such as Europe/Berlin or UTC",
                    unknown);
        }
    }

    private void keep(ScrubLevel level, String cron) {
        if (NEVER.contains(cron.strip().toLowerCase(Locale.ROOT))) {
            return;
        }
        crons.put(level, cron.strip());
        Instant now = clock.instant();
        CronTimes parsed;
        boolean isOver;
        try {
            parsed = CronTimes.parse(cron.strip(), zone);
            parsed.requireTimesAfter(now);
            isOver = parsed.after(now).isEmpty();
        } catch (IllegalArgumentException | DateTimeException refused) {
            throw new IllegalArgumentException(
                    "scrubjay.scrub." + level.wireName() + "-cron: '" + cron
                            + "' is not a time in Quartz's notation (second, minute, hour, day of the month, month,"
                            + " day of the"
                            + " week), such as '0 0 3 ? * SUN', or 'off': " + refused.getMessage(),
                    refused);
        }
        if (isOver) {
            throw new IllegalArgumentException("scrubjay.scrub." + level.wireName() + "-cron: '" + cron
                    + "' names no time after " + now + "; leave out the year, use a future year, or set 'off'");
        }
        times.put(level, parsed);
    }

    /** Begins to order scrubs. Called once. */
    public void start() {
        plan();
        lookAfter(Duration.ZERO);
    }

    private void lookAfter(Duration wait) {
        try {
            ScheduledFuture<?> unused = timer.schedule(() -> lookAfter(look()), wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("no more scrubs are scheduled: the agent is stopping");
        }
    }

    /** Finds the first time of each level. */
    synchronized void plan() {
        Instant now = clock.instant();
        long nanoNow = nanoClock.getAsLong();
        times.keySet().forEach(level -> plan(level, now, now, nanoNow));
    }

    private void plan(ScrubLevel level, Instant after, Instant now, long nanoNow) {
        times.get(level).after(after).ifPresentOrElse(next -> due.put(level, Due.at(next, now, nanoNow)), () -> {
            due.remove(level);
            LOG.warnf(
                    "no more %s scrubs are scheduled: scrubjay.scrub.%s-cron gives no time after %s. Leave the year"
                            + " out or give a future one, and restart the agent",
                    level.wireName(), level.wireName(), after);
        });
    }

    /**
     * Orders the scrubs that are due.
     *
     * @return when to look again
     */
    synchronized Duration look() {
        Instant now = clock.instant();
        long nanoNow = nanoClock.getAsLong();
        for (ScrubLevel level : times.keySet()) {
            Due next = due.get(level);
            if (next != null && next.isReached(now, nanoNow)) {
                delayed.putIfAbsent(level, Due.at(now.plus(jitter.next()), now, nanoNow));
                // The timer may fire a little early by the clock; that must not make the same time come twice.
                boolean isEarly = now.isBefore(next.at()) && !next.isClockSet(now, nanoNow);
                plan(level, isEarly ? next.at() : now, now, nanoNow);
            }
            Due start = delayed.get(level);
            if (start != null && start.isReached(now, nanoNow)) {
                delayed.remove(level);
                order(() -> {
                    Optional<RunReport> unused = scrubber.submitScheduled(level);
                });
            }
        }
        order(scrubber::recheck);
        Duration wait = LOOK_EVERY;
        for (Map<ScrubLevel, Due> moments : List.of(due, delayed)) {
            for (Due moment : moments.values()) {
                Duration left = moment.left(now, nanoNow);
                wait = left.compareTo(wait) < 0 ? left : wait;
            }
        }
        return wait;
    }

    private static void order(Runnable scrub) {
        try {
            scrub.run();
        } catch (RuntimeException failure) {
            LOG.error(
                    "a scheduled scrub could not be started; the next one starts as scheduled. To scrub now, use"
                            + " POST /v1/scrub/runs",
                    failure);
        }
    }

    @Override
    public Optional<String> cron(ScrubLevel level) {
        return Optional.ofNullable(crons.get(level));
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public synchronized Optional<Instant> next(ScrubLevel level) {
        return Optional.ofNullable(delayed.get(level))
                .or(() -> Optional.ofNullable(due.get(level)))
                .map(moment -> moment.expectedAt(clock.instant(), nanoClock.getAsLong()));
    }

    /** Stops ordering scrubs. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
