// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * The moments that a cron expression in Quartz's notation names in one time zone. A time that does not exist on a day,
 * because the clocks go forward over it, comes as soon as they have; a time that exists twice comes the first time only.
 * Immutable.
 */
final class CronTimes {
    /** Two years of months. */
    private static final int TIMES_LOOKED_AT = 24;

    private final ExecutionTime times;
    private final ZoneId zone;

    private CronTimes(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /** @throws IllegalArgumentException when it is no cron expression; the message says why */
    static CronTimes parse(String cron, ZoneId zone) {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
        return new CronTimes(ExecutionTime.forCron(parser.parse(cron)), zone);
    }

    /**
     * Makes sure that the times after this one can be told: some expressions name days that a month does not have.
     *
     * @throws DateTimeException when they cannot; the message says which day there is not
     */
    void requireTimesAfter(Instant instant) {
        Optional<Instant> next = after(instant);
        for (int i = 0; i < TIMES_LOOKED_AT && next.isPresent(); i++) {
            next = after(next.get());
        }
    }

    /** The first of them that is later than this; empty when there is none any more. */
    Optional<Instant> after(Instant instant) {
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
        while (true) {
            // The expression is asked in a zone without changes: what it names is the time on the wall.
            Optional<ZonedDateTime> next = times.nextExecution(local.atZone(ZoneOffset.UTC));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            local = next.get().toLocalDateTime();
            Instant at = at(local);
            if (at.isAfter(instant)) {
                return Optional.of(at);
            }
        }
    }

    private Instant at(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
    }
}
