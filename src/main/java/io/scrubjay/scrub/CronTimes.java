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
 * The moments that a cron expression in the notation of Quartz names in one time zone. If clocks skip such a time on a
 * day because they go forward, it comes right after that; a time that exists twice comes only the first time.
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

    /**
     * @throws IllegalArgumentException when it is not a cron expression; the message says why
     */
    static CronTimes parse(String cron, ZoneId zone) {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
        return new CronTimes(ExecutionTime.forCron(parser.parse(cron)), zone);
    }

    /**
     * Makes sure that the times after this one can be computed: some expressions name days that a month does not have.
     *
     * @throws DateTimeException when they cannot; the message names the day that does not exist
     */
    void requireTimesAfter(Instant instant) {
        Optional<Instant> next = after(instant);
        for (int i = 0; i < TIMES_LOOKED_AT && next.isPresent(); i++) {
            next = after(next.get());
        }
    }

    /** The first of these moments that is later than this; empty when there is none. */
    Optional<Instant> after(Instant instant) {
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
        while (true) {
            // The expression is evaluated in a zone without clock changes: the times in it are local times.
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
