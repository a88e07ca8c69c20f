package io.scrubjay.scrub;

import io.quarkus.scheduler.Scheduler;
import io.quarkus.scheduler.Trigger;
import io.scrubjay.image.ScrubLevel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Orders scrubs when the configured times come, each a random delay later.
 *
 * <p>Thread-safe: its maps are concurrent or never change after {@link #start}.
 */
public final class CronSchedule implements ScrubSchedule, AutoCloseable {
    private static final Set<String> NEVER = Set.of("", "off", "disabled");

    private final Scheduler scheduler;
    private final Scrubber scrubber;
    private final InstantSource clock;
    private final Jitter jitter;
    private final Map<ScrubLevel, String> crons = new EnumMap<>(ScrubLevel.class);
    private final Map<ScrubLevel, Instant> delayedUntil = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "scrubjay-scrub-timer");
        thread.setDaemon(true);
        return thread;
    });

    /** Schedules nothing yet. */
    public CronSchedule(
            ScrubConfig config, Scheduler scheduler, Scrubber scrubber, InstantSource clock, Random random) {
        this.scheduler = scheduler;
        this.scrubber = scrubber;
        this.clock = clock;
        this.jitter = new Jitter(config.jitter(), random);
        keep(ScrubLevel.DEEP, config.deepCron());
        keep(ScrubLevel.LIGHT, config.lightCron());
    }

    private void keep(ScrubLevel level, String cron) {
        if (!NEVER.contains(cron.strip().toLowerCase(Locale.ROOT))) {
            crons.put(level, cron.strip());
        }
    }

    /**
     * Begins to order scrubs. Once only.
     *
     * @throws IllegalArgumentException when a configured time is not one
     */
    public void start() {
        crons.forEach((level, cron) -> scheduler
                .newJob(jobOf(level))
                .setCron(cron)
                .setTask(due -> delay(level))
                .schedule());
    }

    private void delay(ScrubLevel level) {
        Duration delay = jitter.next();
        delayedUntil.put(level, clock.instant().plus(delay));
        ScheduledFuture<?> unused = timer.schedule(() -> order(level), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void order(ScrubLevel level) {
        delayedUntil.remove(level);
        scrubber.submitScheduled(level);
    }

    @Override
    public Optional<String> cron(ScrubLevel level) {
        return Optional.ofNullable(crons.get(level));
    }

    @Override
    public Optional<Instant> next(ScrubLevel level) {
        return Optional.ofNullable(delayedUntil.get(level))
                .or(() -> Optional.ofNullable(scheduler.getScheduledJob(jobOf(level)))
                        .map(Trigger::getNextFireTime));
    }

    private static String jobOf(ScrubLevel level) {
        return "scrub-" + level.wireName();
    }

    /** Orders nothing more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
