// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Berlin's clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October. */
class CronTimesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "0 0 2 * * ?, 2026-03-28T11:00:00Z, 2026-03-29T01:00:00Z",
        "0 30 2 * * ?, 2026-03-28T11:00:00Z, 2026-03-29T01:00:00Z",
        "0 0 3 * * ?, 2026-03-28T11:00:00Z, 2026-03-29T01:00:00Z",
        "0 0 2 ? * SUN, 2026-03-28T11:00:00Z, 2026-03-29T01:00:00Z",
        "0 30 2 29 3 ?, 2026-01-01T00:00:00Z, 2026-03-29T01:00:00Z",
        "0 0 4 * * ?, 2026-03-28T11:00:00Z, 2026-03-29T02:00:00Z"
    })
    void timeThatDoesNotExistComesRightAfterTheGap(String cron, Instant after, Instant expected) {
        assertThat(CronTimes.parse(cron, BERLIN).after(after)).hasValue(expected);
    }

    @Test
    void dayWithAGapHasEachTimeOnce() {
        assertThat(between("0 30 2 * * ?", "2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z"))
                .containsExactly(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"),
                        Instant.parse("2026-03-31T00:30:00Z"));
    }

    @Test
    void timeInTheDoubledHourComesOnce() {
        assertThat(between("0 30 2 * * ?", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"))
                .containsExactly(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void wholeDayThatIsLeftOutCountsAsAGap() {
        // Samoa had no 30 December 2011.
        CronTimes times = CronTimes.parse("0 0 2 * * ?", ZoneId.of("Pacific/Apia"));

        assertThat(times.after(Instant.parse("2011-12-30T00:00:00Z"))).hasValue(Instant.parse("2011-12-30T10:00:00Z"));
        assertThat(times.after(Instant.parse("2011-12-30T10:00:00Z"))).hasValue(Instant.parse("2011-12-30T12:00:00Z"));
    }

    @Test
    void timeThatIsOverNeverComesAgain() {
        assertThat(CronTimes.parse("0 0 2 1 1 ? 2026", BERLIN).after(Instant.parse("2026-01-02T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void whatIsNoCronIsRefused() {
        assertThatThrownBy(() -> CronTimes.parse("every night", BERLIN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Instant> between(String cron, String from, String to) {
        CronTimes times = CronTimes.parse(cron, BERLIN);
        List<Instant> found = new ArrayList<>();
        Instant last = Instant.parse(to);
        for (Instant at = times.after(Instant.parse(from)).orElseThrow();
                !at.isAfter(last);
                at = times.after(at).orElseThrow()) {
            found.add(at);
        }
        return found;
    }
}
