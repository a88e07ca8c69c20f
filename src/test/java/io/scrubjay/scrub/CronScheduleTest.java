package io.scrubjay.scrub;

import io.quarkus.scheduler.ScheduledExecution;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.scheduler.Trigger;
import io.scrubjay.block.ByteSize;
import io.scrubjay.image.ScrubLevel;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

import static io.scrubjay.scrub.ScrubKit.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CronScheduleTest {
    private static final Instant DUE = Instant.parse("2026-01-11T03:00:00Z");

    /** What a scheduler was told: cron and task by the name of the job. */
    private final Map<String, String> crons = new HashMap<>();

    private final Map<String, Consumer<ScheduledExecution>> tasks = new HashMap<>();

    private record Config(String deepCron, String lightCron, Duration jitter) implements ScrubConfig {
        @Override
        public ByteSize rateLimit() {
            return new ByteSize(0);
        }

        @Override
        public Duration maxAge() {
            return Duration.ofDays(14);
        }

        @Override
        public boolean autoRepair() {
            return false;
        }

        @Override
        public int readDepth() {
            return 4;
        }

        @Override
        public int workers() {
            return 2;
        }
    }

    private static <T> T fake(Class<T> kind, Map<String, Function<Object[], Object>> answers) {
        return kind.cast(Proxy.newProxyInstance(
                kind.getClassLoader(),
                new Class<?>[] {kind},
                (proxy, method, arguments) -> answers.get(method.getName()).apply(arguments)));
    }

    private Scheduler scheduler() {
        Trigger trigger = fake(Trigger.class, Map.of("getNextFireTime", none -> DUE));
        return fake(
                Scheduler.class,
                Map.of(
                        "newJob",
                        name -> job((String) name[0], trigger),
                        "getScheduledJob",
                        name -> crons.containsKey((String) name[0]) ? trigger : null));
    }

    @SuppressWarnings("unchecked")
    private Object job(String name, Trigger trigger) {
        Scheduler.JobDefinition<?>[] job = new Scheduler.JobDefinition<?>[1];
        job[0] = fake(
                Scheduler.JobDefinition.class,
                Map.of(
                        "setCron",
                        cron -> {
                            crons.put(name, (String) cron[0]);
                            return job[0];
                        },
                        "setTask",
                        task -> {
                            tasks.put(name, (Consumer<ScheduledExecution>) task[0]);
                            return job[0];
                        },
                        "schedule",
                        none -> trigger));
        return job[0];
    }

    private CronSchedule started(ScrubKit kit, Config config) {
        CronSchedule schedule = new CronSchedule(config, scheduler(), kit.scrubber, kit.clock, new Random(1));
        schedule.start();
        return schedule;
    }

    @Test
    void offMeansNever() {
        try (ScrubKit kit = new ScrubKit();
                CronSchedule schedule = started(kit, new Config("0 0 3 ? * SUN", "off", Duration.ZERO))) {
            assertThat(crons).containsExactly(Map.entry("scrub-deep", "0 0 3 ? * SUN"));
            assertThat(schedule.cron(ScrubLevel.LIGHT)).isEmpty();
            assertThat(schedule.next(ScrubLevel.LIGHT)).isEmpty();
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(DUE);
        }
    }

    @Test
    void scrubOfEverythingIsOrderedWhenItIsDue() {
        try (ScrubKit kit = new ScrubKit();
                CronSchedule schedule = started(kit, new Config("0 0 3 ? * SUN", "off", Duration.ZERO))) {
            tasks.get("scrub-deep").accept(null);

            await().atMost(PATIENCE).until(() -> !kit.scrubber.runs().isEmpty());
            assertThat(kit.scrubber.runs().get(0).order())
                    .isEqualTo(new RunReport.Order(ScrubTarget.EVERYTHING, ScrubLevel.DEEP, RunOrigin.SCHEDULE));
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(DUE);
        }
    }

    @Test
    void delayedScrubSaysWhenItStarts() {
        try (ScrubKit kit = new ScrubKit();
                CronSchedule schedule = started(kit, new Config("off", "0 0 2 * * ?", Duration.ofDays(1)))) {
            tasks.get("scrub-light").accept(null);

            assertThat(schedule.next(ScrubLevel.LIGHT))
                    .hasValueSatisfying(next ->
                            assertThat(next).isBetween(ManualClock.START, ManualClock.START.plus(Duration.ofDays(1))));
            assertThat(kit.scrubber.runs()).isEmpty();
        }
    }
}
