// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ByteSize;
import io.scrubjay.gate.RecordedLog;
import io.scrubjay.image.Image;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CronScheduleTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ScrubKit kit = new ScrubKit();

    @AfterEach
    void close() {
        kit.close();
    }

    private record Config(String deepCron, String lightCron, Duration jitter, Optional<String> timeZone)
            implements ScrubConfig {
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

    /** A schedule with times in UTC that was told to begin, and is asked by hand what is due. */
    private CronSchedule planned(String deepCron, String lightCron, Duration jitter) {
        return planned(new Config(deepCron, lightCron, jitter, Optional.of("UTC")));
    }

    private CronSchedule planned(Config config) {
        CronSchedule schedule = new CronSchedule(config, kit.scrubber, kit.clock, kit.clock, new Random(1));
        schedule.plan();
        return schedule;
    }

    /** The second is understood, and only then names a day that there is not. */
    @ParameterizedTest
    @ValueSource(strings = {"0 3 * * *", "0 0 3 31W 2 ?"})
    void wrongTimeIsToldWithItsKeyAndAnExample(String cron) {
        assertThatThrownBy(() -> planned("off", cron, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scrubjay.scrub.light-cron: '" + cron + "'")
                .hasMessageContaining("0 0 3 ? * SUN");
    }

    /** It would silently never run. */
    @Test
    void timesThatAreOverAreRefusedWithTheKey() {
        assertThatThrownBy(() -> planned("0 0 2 ? * SUN 2020", "off", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scrubjay.scrub.deep-cron: '0 0 2 ? * SUN 2020' names no time after")
                .hasMessageContaining("leave out the year")
                .hasMessageNotContaining("\n");
    }

    @Test
    void timesThatRunOutAreToldOnce() {
        try (RecordedLog log = RecordedLog.open();
                CronSchedule schedule = planned("off", "0 0 4 * * ? 2026", Duration.ZERO)) {
            passing(schedule, Duration.ofDays(400));
            passing(schedule, DAY);
            passing(schedule, DAY);

            assertThat(runs()).hasSize(1);
            assertThat(schedule.next(ScrubLevel.LIGHT)).isEmpty();
            assertThat(schedule.cron(ScrubLevel.LIGHT)).hasValue("0 0 4 * * ? 2026");
            assertThat(log.lines().stream().filter(line -> line.whole().contains("no more light scrubs are scheduled")))
                    .hasSize(1);
        }
    }

    private List<RunReport> runs() {
        return kit.scrubber.runs();
    }

    /** So that the next one is ordered as well. */
    private void cancelAll() {
        runs().forEach(run -> kit.scrubber.cancel(run.id()));
    }

    private void passing(CronSchedule schedule, Duration time) {
        kit.clock.advance(time);
        schedule.look();
    }

    /** Also where no scrub is scheduled. */
    @Test
    void imageThatWasOutOfReachIsLookedAtAgain() {
        kit.scrubber.start();
        Image image = kit.add(new ImageForge("disk", MIB).intact(0));
        kit.flaky.failReads(PoolName.manifest(image.id()), new ByteRange(0, 1));
        kit.scrub(ScrubLevel.DEEP);
        try (CronSchedule schedule = planned("off", "off", Duration.ZERO)) {
            schedule.look();

            passing(schedule, MINUTE);

            assertThat(runs()).hasSize(2);
        }
    }

    @Test
    void offMeansNever() {
        try (CronSchedule schedule = planned("0 0 3 ? * SUN", "off", Duration.ZERO)) {
            assertThat(schedule.cron(ScrubLevel.DEEP)).hasValue("0 0 3 ? * SUN");
            assertThat(schedule.cron(ScrubLevel.LIGHT)).isEmpty();
            assertThat(schedule.next(ScrubLevel.LIGHT)).isEmpty();
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(Instant.parse("2026-01-11T03:00:00Z"));
        }
    }

    @Test
    void scrubOfEverythingIsOrderedWhenItIsDueAndNotBefore() {
        try (CronSchedule schedule = planned("0 0 4 * * ?", "off", Duration.ZERO)) {
            passing(schedule, Duration.ofMinutes(59));
            assertThat(runs()).isEmpty();

            passing(schedule, MINUTE);

            assertThat(runs())
                    .extracting(RunReport::order)
                    .containsExactly(new RunReport.Order(ScrubTarget.EVERYTHING, ScrubLevel.DEEP, RunOrigin.SCHEDULE));
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(Instant.parse("2026-01-06T04:00:00Z"));
        }
    }

    @Test
    void delayedScrubSaysWhenItStarts() {
        try (CronSchedule schedule = planned("off", "0 0 4 * * ?", DAY)) {
            passing(schedule, Duration.ofHours(1));

            Instant start = schedule.next(ScrubLevel.LIGHT).orElseThrow();
            assertThat(start).isBetween(kit.clock.instant(), kit.clock.instant().plus(DAY));
            assertThat(runs()).isEmpty();
            passing(schedule, Duration.between(kit.clock.instant(), start));
            assertThat(runs()).hasSize(1);
        }
    }

    @Test
    void clockSetBackDoesNotPutTheScrubOff() {
        try (CronSchedule schedule = planned("off", "0 * * * * ?", Duration.ZERO)) {
            kit.clock.set(DAY.negated());
            assertThat(schedule.next(ScrubLevel.LIGHT))
                    .hasValueSatisfying(next -> assertThat(next)
                            .isBetween(kit.clock.instant(), kit.clock.instant().plus(MINUTE)));

            for (int minute = 1; minute <= 3; minute++) {
                passing(schedule, MINUTE);
                assertThat(runs()).hasSize(minute);
                cancelAll();
            }
        }
    }

    @Test
    void clockSetForwardPastTheTimeStartsTheScrub() {
        try (CronSchedule schedule = planned("0 0 3 ? * SUN", "off", Duration.ZERO)) {
            kit.clock.set(DAY.multipliedBy(8));

            schedule.look();

            assertThat(runs()).hasSize(1);
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(Instant.parse("2026-01-18T03:00:00Z"));
        }
    }

    @Test
    void clockThatIsCorrectedALittleHasNoTimeTwice() {
        try (CronSchedule schedule = planned("0 0 4 * * ?", "off", Duration.ZERO)) {
            kit.clock.set(Duration.ofSeconds(-1));

            passing(schedule, Duration.ofHours(1));
            cancelAll();
            passing(schedule, Duration.ofSeconds(1));

            assertThat(runs()).hasSize(1);
            assertThat(schedule.next(ScrubLevel.DEEP)).hasValue(Instant.parse("2026-01-06T04:00:00Z"));
        }
    }

    @Test
    void clockSetBackWhileTheScrubIsDelayedDoesNotPutItOff() {
        try (CronSchedule schedule = planned("0 0 4 * * ?", "off", Duration.ofHours(1))) {
            passing(schedule, Duration.ofHours(1));
            kit.clock.set(DAY.multipliedBy(-365));

            passing(schedule, Duration.ofHours(1));

            assertThat(runs()).hasSize(1);
        }
    }

    @Test
    void looksAgainWhenTheNextOneIsDue() {
        try (CronSchedule schedule = planned("0 * * * * ?", "off", Duration.ZERO)) {
            kit.clock.advance(Duration.ofSeconds(58));

            assertThat(schedule.look()).isEqualTo(Duration.ofSeconds(2));
        }
    }

    @Test
    void timesAreInTheConfiguredZone() {
        Config config = new Config("off", "0 0 2 * * ?", Duration.ZERO, Optional.of("Europe/Berlin"));
        try (CronSchedule schedule = planned(config)) {
            assertThat(schedule.zone().getId()).isEqualTo("Europe/Berlin");
            assertThat(schedule.next(ScrubLevel.LIGHT)).hasValue(Instant.parse("2026-01-06T01:00:00Z"));
        }
    }

    @Test
    void withoutAZoneTheSystemsCounts() {
        try (CronSchedule schedule = planned(new Config("off", "off", Duration.ZERO, Optional.empty()))) {
            assertThat(schedule.zone()).isEqualTo(ZoneId.systemDefault());
        }
    }

    @Test
    void nonsenseIsRefusedByItsKey() {
        assertThatThrownBy(() -> planned("every night", "off", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("scrubjay.scrub.deep-cron: 'every night'");
        assertThatThrownBy(() -> planned(new Config("off", "off", Duration.ZERO, Optional.of("Mars"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("scrubjay.scrub.time-zone: 'Mars'");
    }
}
