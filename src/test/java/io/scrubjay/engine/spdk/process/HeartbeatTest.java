// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.engine.Errno;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether somebody answers. What is asked every second is waited for, never timed. */
class HeartbeatTest {
    private final AtomicInteger asked = new AtomicInteger();
    private Optional<Heartbeat> heartbeat = Optional.empty();

    @AfterEach
    void stop() {
        heartbeat.ifPresent(Heartbeat::stop);
    }

    private Heartbeat start(Supplier<CompletableFuture<Long>> ping) {
        Heartbeat started = new Heartbeat(() -> {
            asked.incrementAndGet();
            return ping.get();
        });
        heartbeat = Optional.of(started);
        return started;
    }

    @Test
    void oneThatDoesNotAnswerFallsSilentAndIsNotAskedAgain() {
        Heartbeat silent = start(CompletableFuture::new);

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> silent.silence().compareTo(Duration.ofMillis(1500)) > 0);

        assertThat(asked).hasValue(1);
    }

    @Test
    void lateAnswerEndsTheSilence() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        Heartbeat late = start(() -> answer);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !late.silence().isZero());

        answer.complete(0L);

        assertThat(late.silence()).isZero();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 1);
    }

    /** As when SPDK has been stopped by somebody else. */
    @Test
    void refusalIsNoAnswer() {
        Heartbeat stopped = start(() -> CompletableFuture.completedFuture((long) -Errno.ESHUTDOWN));
        long startedNanos = System.nanoTime();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 3);
        Duration sinceStart = Duration.ofNanos(System.nanoTime() - startedNanos);

        Duration silence = stopped.silence();

        // Silent from the start on, but for the second in which nobody asks.
        assertThat(silence).isGreaterThanOrEqualTo(sinceStart.minusSeconds(1));
        assertThat(silence).isGreaterThan(Duration.ofSeconds(1));
    }
}
