// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class VolumeJobTest {
    private static final Instant STARTED = Instant.parse("2026-03-01T12:00:00Z");

    private final VolumeJob.Running job = new VolumeJob.Running(VolumeJob.Kind.INFLATE, STARTED);

    @Test
    void jobEndsNoSoonerThanItStartedAlsoWhenTheClockIsSetBack() {
        Instant earlier = STARTED.minusSeconds(86_400);

        assertThat(job.finished(earlier).endedAt()).isEqualTo(STARTED);
        assertThat(job.failed(earlier, Refusal.POOL_FULL, "full").endedAt()).isEqualTo(STARTED);
    }

    @Test
    void jobEndsWhenTheClockSaysSo() {
        Instant later = STARTED.plusSeconds(1);

        assertThat(job.finished(later).endedAt()).isEqualTo(later);
        assertThat(job.failed(later, Refusal.POOL_FULL, "full").endedAt()).isEqualTo(later);
    }
}
