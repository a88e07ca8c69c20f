// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

class RetryBudgetTest {
    private static final Optional<Duration> NOTHING_ASKED = Optional.empty();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);

    private RetryBudget budget(Duration budget, double random) {
        return new RetryBudget(budget, nanos::get, () -> random);
    }

    private List<Long> pauses(RetryBudget budget) {
        List<Long> millis = new ArrayList<>();
        for (Optional<Duration> next = budget.failed(NOTHING_ASKED);
                next.isPresent();
                next = budget.failed(NOTHING_ASKED)) {
            millis.add(next.get().toMillis());
            nanos.addAndGet(next.get().toNanos());
        }
        return millis;
    }

    @Test
    void pausesDoubleUpToHalfAMinuteAndEndWithTheBudget() {
        assertThat(pauses(budget(Duration.ofSeconds(100), 0)))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 9000L);
    }

    @Test
    void chanceShortensEachPauseByAHalfAtMost() {
        assertThat(pauses(budget(Duration.ofSeconds(10), 1))).containsExactly(500L, 1000L, 2000L, 4000L, 2500L);
    }

    @Test
    void withoutABudgetNothingIsTriedAgain() {
        assertThat(budget(Duration.ZERO, 0).failed(NOTHING_ASKED)).isEmpty();
    }

    @Test
    void aServerMayAskForALongerPauseWithinTheBound() {
        assertThat(budget(Duration.ofMinutes(5), 0).failed(Optional.of(Duration.ofSeconds(20))))
                .contains(Duration.ofSeconds(20));
        assertThat(budget(Duration.ofMinutes(5), 0).failed(Optional.of(Duration.ofDays(1))))
                .contains(Duration.ofSeconds(30));
        assertThat(budget(Duration.ofSeconds(5), 0).failed(Optional.of(Duration.ofSeconds(20))))
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void timeInWhichBytesComeDoesNotCount() {
        // Given
        RetryBudget budget = budget(Duration.ofSeconds(10), 0);
        budget.failed(NOTHING_ASKED);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        budget.progressed();
        nanos.addAndGet(Duration.ofHours(9).toNanos());
        budget.progressed();
        // When
        List<Long> pauses = pauses(budget);
        // Then
        assertThat(pauses).containsExactly(1000L, 2000L, 4000L);
    }

    /** A server that sends one byte each time does not keep the agent busy for ever. */
    @Test
    void progressDoesNotGiveTheBudgetBack() {
        // Given
        RetryBudget budget = budget(Duration.ofSeconds(10), 0);
        int tries = 0;
        // When
        for (Optional<Duration> next = budget.failed(NOTHING_ASKED);
                next.isPresent();
                next = budget.failed(NOTHING_ASKED)) {
            nanos.addAndGet(next.get().toNanos());
            budget.progressed();
            tries++;
        }
        // Then
        assertThat(tries).isEqualTo(10);
    }
}
