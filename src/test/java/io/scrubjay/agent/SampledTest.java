// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Nobody waits for an answer that does not come. */
@Timeout(60)
class SampledTest {
    private static final Duration ALWAYS = Duration.ofDays(1);

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void releaseWhoeverIsStuck() {
        release.countDown();
    }

    private int stuck() {
        int question = asked.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return question;
    }

    private static Sampled<Integer> impatient(Supplier<Integer> question) {
        return new Sampled<>(question, -1, Duration.ZERO, Duration.ofMillis(20));
    }

    @Test
    void oneAnswerServesAllWhileItIsFresh() throws TimeoutException {
        Sampled<Integer> sampled = new Sampled<>(asked::incrementAndGet, -1, ALWAYS, ALWAYS);

        assertThat(sampled.fresh()).isEqualTo(1);
        assertThat(sampled.fresh()).isEqualTo(1);
        assertThat(sampled.newest()).isEqualTo(1);
    }

    @Test
    void aDoubtedAnswerIsAskedForAgainOnce() throws TimeoutException {
        Sampled<Integer> sampled = new Sampled<>(asked::incrementAndGet, -1, ALWAYS, ALWAYS);
        assertThat(sampled.fresh()).isEqualTo(1);

        sampled.doubt();

        assertThat(sampled.fresh()).isEqualTo(2);
        assertThat(sampled.fresh()).isEqualTo(2);
    }

    /** What was asked before the doubt may have looked before it as well. */
    @Test
    void anAnswerThatWasUnderWayIsDoubtedToo() throws TimeoutException {
        // Given
        Sampled<Integer> sampled = new Sampled<>(this::stuck, -1, ALWAYS, ALWAYS);
        Sampled<Integer>.Answer underWay = sampled.ask();

        // When
        sampled.doubt();
        release.countDown();

        // Then
        assertThat(underWay.fresh()).isEqualTo(1);
        assertThat(sampled.fresh()).isEqualTo(2);
        assertThat(sampled.fresh()).isEqualTo(2);
    }

    @Test
    void anOldAnswerIsAskedForAgain() throws TimeoutException {
        Sampled<Integer> sampled = new Sampled<>(asked::incrementAndGet, -1, Duration.ZERO, ALWAYS);

        assertThat(sampled.fresh()).isEqualTo(1);
        assertThat(sampled.fresh()).isEqualTo(2);
    }

    @Test
    void aQuestionThatIsStuckIsPutOnce() {
        // Given
        Sampled<Integer> sampled = impatient(this::stuck);

        // When
        for (int time = 0; time < 100; time++) {
            assertThatThrownBy(sampled::fresh).isInstanceOf(TimeoutException.class);
        }

        // Then
        await().untilAsserted(() -> assertThat(asked).hasValue(1));
        assertThat(sampled.newest()).isEqualTo(-1);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aLateAnswerIsTheNewestThereIs() {
        // Given
        Sampled<Integer> sampled = new Sampled<>(this::stuck, -1, ALWAYS, Duration.ofMillis(20));
        assertThat(sampled.newest()).isEqualTo(-1);

        // When
        release.countDown();

        // Then
        await().untilAsserted(() -> assertThat(sampled.newest()).isEqualTo(1));
        assertThat(asked).hasValue(1);
    }

    @Test
    void aFailureIsTheAskersAndTheNextIsAskedAnew() {
        // Given
        Sampled<Integer> sampled = new Sampled<>(
                () -> {
                    if (asked.incrementAndGet() == 2) {
                        throw new UnsupportedOperationException("not now");
                    }
                    return asked.get();
                },
                -1,
                Duration.ZERO,
                ALWAYS);
        assertThat(sampled.newest()).isEqualTo(1);

        // When, then
        assertThatThrownBy(sampled::fresh).isInstanceOf(UnsupportedOperationException.class);
        assertThat(sampled.newest()).isEqualTo(3);
    }

    @Test
    void aFailureLeavesTheLastAnswer() {
        Sampled<Integer> sampled = new Sampled<>(
                () -> {
                    if (asked.incrementAndGet() > 1) {
                        throw new UnsupportedOperationException("not any more");
                    }
                    return 7;
                },
                -1,
                Duration.ZERO,
                ALWAYS);

        assertThat(sampled.newest()).isEqualTo(7);
        assertThat(sampled.newest()).isEqualTo(7);
        assertThat(asked).hasValue(2);
    }
}
