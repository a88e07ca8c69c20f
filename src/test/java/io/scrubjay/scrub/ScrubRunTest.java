// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ResourceName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

class ScrubRunTest {
    private final ManualClock clock = new ManualClock();
    private final ScrubRun run = new ScrubRun(ScrubKit.order("*", ScrubLevel.DEEP), clock, clock);

    @Test
    void runThatWaitsHasNoStart() {
        assertThat(run.report().state()).isEqualTo(new ScrubRunState.Queued(ManualClock.START));
        assertThat(run.report().state().started()).isEmpty();
    }

    @Test
    void finishedRunHasStartAndEnd() {
        clock.advance(Duration.ofSeconds(5));
        run.start();
        clock.advance(Duration.ofSeconds(5));
        run.finish();

        assertThat(run.report().state())
                .isEqualTo(new ScrubRunState.Finished(
                        ManualClock.START, ManualClock.START.plusSeconds(5), ManualClock.START.plusSeconds(10)));
    }

    @Test
    void runPausedAfterItsLastChunkStillFinishes() {
        run.start();
        run.pause();

        run.finish();

        assertThat(run.report().state()).isInstanceOf(ScrubRunState.Finished.class);
    }

    @Test
    void cancelledRunDoesNotStart() {
        run.cancel();

        assertThat(run.start()).isFalse();
        assertThat(run.report().state()).isInstanceOf(ScrubRunState.Cancelled.class);
    }

    @Test
    void endedRunStaysAsItIs() {
        run.start();
        run.cancel();

        run.finish();
        run.fail("too late");
        run.pause();
        run.resume();

        assertThat(run.report().state()).isInstanceOf(ScrubRunState.Cancelled.class);
    }

    @Test
    void pauseIsNotCountedIntoTheRate() {
        run.start();
        run.planned(1, 300);
        run.read(100);
        clock.advance(Duration.ofSeconds(10));
        run.pause();
        clock.advance(Duration.ofHours(1));
        run.resume();
        run.read(100);
        clock.advance(Duration.ofSeconds(10));

        RunProgress progress = run.report().progress();

        assertThat(progress.active()).isEqualTo(Duration.ofSeconds(20));
        assertThat(progress.bytesPerSecond()).isEqualTo(10);
        assertThat(progress.remaining()).hasValue(Duration.ofSeconds(10));
    }

    @Test
    void findingsBeyondTheBoundAreCountedOnly() {
        for (int chunk = 0; chunk <= RunReport.FINDINGS_MAX; chunk++) {
            run.found(mismatch(chunk));
        }

        assertThat(run.report().findings()).hasSize(RunReport.FINDINGS_MAX);
        assertThat(run.report().findingsTotal()).isEqualTo(RunReport.FINDINGS_MAX + 1);
    }

    private static Finding mismatch(long chunk) {
        return new Finding(
                ImageKey.ofImage(ResourceName.parse("disk")),
                FindingKind.MISMATCH,
                OptionalLong.of(chunk),
                new ByteRange(chunk << 20, 1 << 20),
                Optional.of("crc32c:00000000"),
                Optional.of("crc32c:00000001"));
    }

    @Test
    void noTimeIsBeforeTheOneBeforeItWhenTheClockIsSetBack() {
        Instant noon = Instant.parse("2026-01-05T12:00:00Z");
        Instant eleven = Instant.parse("2026-01-05T11:00:00Z");

        ScrubRunState.Running running = new ScrubRunState.Queued(noon).running(eleven);

        assertThat(running.startedAt()).isEqualTo(noon);
        assertThat(running.finished(eleven).endedAt()).isEqualTo(noon);
        assertThat(running.cancelled(eleven).endedAt()).isEqualTo(noon);
        assertThat(running.failed(eleven, "why").endedAt()).isEqualTo(noon);
        assertThat(new ScrubRunState.Queued(noon).cancelled(eleven).endedAt()).isEqualTo(noon);
    }
}
