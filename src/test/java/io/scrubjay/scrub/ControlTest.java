// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.Image;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.stream.LongStream;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static io.scrubjay.scrub.ScrubKit.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class ControlTest {
    /** One chunk a second of the manual clock, one at a time. */
    private final ScrubKit kit = ScrubKit.slow(MIB);

    @AfterEach
    void close() {
        kit.close();
    }

    private RunReport runUpTo(int chunks) {
        kit.scrubber.start();
        RunReport run = kit.submit(ScrubLevel.LIGHT);
        awaitRead(run, 1);
        for (int read = 2; read <= chunks; read++) {
            kit.clock.advance(Duration.ofSeconds(1));
            awaitRead(run, read);
        }
        return kit.scrubber.run(run.id());
    }

    private void awaitRead(RunReport run, int chunks) {
        await().atMost(PATIENCE)
                .until(() -> kit.scrubber.run(run.id()).progress().bytesRead() == chunks * MIB);
    }

    private RunReport finish(RunReport run) {
        kit.scrubber.limitRate(0);
        return kit.end(run);
    }

    @Test
    void rateLimitHoldsTheNextChunkBack() {
        kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));

        RunReport run = runUpTo(3);

        assertThat(kit.tap.reads()).containsExactly(0L, 1L, 2L);
        assertThat(run.state()).isInstanceOf(ScrubRunState.Running.class);
        assertThat(run.progress().bytesTotal()).isEqualTo(8 * MIB);
        assertThat(run.progress().bytesPerSecond()).isEqualTo(3 * MIB / 2);
        assertThat(run.progress().remaining()).hasValue(Duration.ofSeconds(4));
    }

    @Test
    void rateLimitChangesUnderRunningScrub() {
        kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        RunReport run = runUpTo(2);

        kit.scrubber.limitRate(0);

        assertThat(kit.end(run).state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(kit.tap.reads()).hasSize(8);
    }

    @Test
    void pausedScrubGoesOnWhereItStopped() {
        kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        RunReport run = runUpTo(3);

        kit.scrubber.pause();
        kit.clock.advance(Duration.ofHours(1));
        RunReport paused = kit.scrubber.run(run.id());
        kit.scrubber.resume();
        RunReport finished = finish(run);

        assertThat(paused.state()).isInstanceOf(ScrubRunState.Paused.class);
        assertThat(paused.position())
                .hasValueSatisfying(at -> assertThat(at.chunk()).isEqualTo(2));
        assertThat(finished.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(kit.tap.reads())
                .containsExactlyElementsOf(LongStream.range(0, 8).boxed().toList());
        assertThat(finished.progress().active()).isLessThan(Duration.ofHours(1));
    }

    @Test
    void pausedScrubberStartsNothing() {
        kit.add(new ImageForge("disk", 2 * MIB).intact(0, 2));
        kit.scrubber.pause();
        kit.scrubber.start();

        RunReport run = kit.submit(ScrubLevel.LIGHT);

        assertThat(kit.scrubber.status().wireName()).isEqualTo("paused");
        assertThat(kit.scrubber.status().queuedCount()).isEqualTo(1);
        kit.scrubber.resume();
        assertThat(finish(run).state()).isInstanceOf(ScrubRunState.Finished.class);
    }

    @Test
    void cancelledScrubKeepsPositionAndFindings() {
        kit.add(new ImageForge("disk", 8 * MIB).rotten(0, 0).intact(1, 8));
        RunReport run = runUpTo(1);

        RunReport cancelled = kit.scrubber.cancel(run.id());

        assertThat(cancelled.state()).isInstanceOf(ScrubRunState.Cancelled.class);
        RunReport ended = kit.end(run);
        assertThat(ended.findings()).hasSize(1);
        assertThat(ended.position())
                .hasValueSatisfying(at -> assertThat(at.chunk()).isZero());
        assertThat(ended.progress().imagesDone()).isZero();
        assertThat(kit.scrubber.totals().cancelled()).isEqualTo(1);
    }

    @Test
    void pausedScrubCanBeCancelled() {
        kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        RunReport run = runUpTo(2);
        kit.scrubber.pause();

        kit.scrubber.cancel(run.id());

        assertThat(kit.end(run).state()).isInstanceOf(ScrubRunState.Cancelled.class);
        assertThat(kit.tap.reads()).hasSize(2);
    }

    @Test
    void waitingScrubCanBeCancelled() {
        RunReport waiting = kit.submit(ScrubLevel.DEEP);

        RunReport cancelled = kit.scrubber.cancel(waiting.id());

        assertThat(cancelled.state()).isInstanceOf(ScrubRunState.Cancelled.class);
        assertThat(cancelled.state().started()).isEmpty();
        assertThat(kit.scrubber.status().queuedCount()).isZero();
    }

    @Test
    void endedScrubStaysAsItEndedWhenCancelled() {
        kit.scrubber.start();
        RunReport run = kit.scrub(ScrubLevel.DEEP);

        RunReport cancelled = kit.scrubber.cancel(run.id());

        assertThat(cancelled.state()).isInstanceOf(ScrubRunState.Finished.class);
    }

    @Test
    void scrubLetsGoOfImageThatIsToBeDeletedAndGoesOnWithTheNext() throws InterruptedException {
        Image first = kit.add(new ImageForge("a", 8 * MIB).intact(0, 8));
        Image second = kit.add(new ImageForge("b", 2 * MIB).intact(0, 2));
        RunReport run = runUpTo(2);

        boolean retired = first.retire(PATIENCE);

        assertThat(retired).isTrue();
        RunReport finished = finish(run);
        assertThat(finished.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(finished.progress().imagesSkipped()).isEqualTo(1);
        assertThat(finished.progress().imagesDone()).isEqualTo(1);
        assertThat(finished.progress().bytesTotal()).isEqualTo(4 * MIB);
        assertThat(finished.progress().bytesRead()).isEqualTo(4 * MIB);
        assertThat(first.lastScrub()).isEmpty();
        assertThat(second.lastScrub()).isPresent();
    }

    @Test
    void pausedScrubLetsGoToo() throws InterruptedException {
        Image image = kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        RunReport run = runUpTo(1);
        kit.scrubber.pause();

        boolean retired = image.retire(PATIENCE);

        assertThat(retired).isTrue();
        kit.scrubber.resume();
        assertThat(kit.end(run).progress().imagesSkipped()).isEqualTo(1);
    }

    @Test
    void oneScrubRunsAtTheTime() {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        RunReport first = runUpTo(2);

        RunReport second = kit.submit(ScrubLevel.DEEP);

        assertThat(kit.scrubber.run(second.id()).state()).isInstanceOf(ScrubRunState.Queued.class);
        finish(first);
        assertThat(kit.end(second).state()).isInstanceOf(ScrubRunState.Finished.class);
    }

    @Test
    void runsAreShownInTheOrderTheyWereOrderedInWhateverTheClockSaid() {
        kit.scrubber.pause();
        RunReport first = kit.submit(ScrubLevel.LIGHT);
        kit.clock.set(Duration.ofDays(-1));
        RunReport second = kit.submit(ScrubLevel.LIGHT);
        kit.clock.set(Duration.ofDays(8));
        RunReport third = kit.submit(ScrubLevel.LIGHT);
        kit.clock.set(Duration.ofDays(-10_000));
        RunReport fourth = kit.submit(ScrubLevel.LIGHT);

        assertThat(kit.scrubber.runs())
                .extracting(RunReport::id)
                .containsExactly(fourth.id(), third.id(), second.id(), first.id());
    }

    @Test
    void scrubBeyondTheQueueIsRefusedAsBusy() {
        for (int run = 0; run < ScrubLimits.QUEUED_MAX; run++) {
            kit.submit(ScrubLevel.LIGHT);
        }

        assertThatThrownBy(() -> kit.submit(ScrubLevel.LIGHT))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BUSY));
    }

    @Test
    void unknownImageIsRefused() {
        assertThatThrownBy(() -> kit.scrubber.submit(ScrubKit.order("image/nobody", ScrubLevel.LIGHT)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_NOT_FOUND));
    }

    @Test
    void oneImageAloneIsScrubbedWhenItIsTheTarget() {
        kit.add(new ImageForge("a", 2 * MIB).intact(0, 2));
        Image wanted = kit.add(new ImageForge("b", 4 * MIB).intact(0, 4));
        kit.scrubber.limitRate(0);
        kit.scrubber.start();

        RunReport run = kit.end(kit.scrubber.submit(ScrubKit.order("image/b", ScrubLevel.DEEP)));

        assertThat(run.progress().bytesTotal()).isEqualTo(4 * MIB);
        assertThat(run.progress().imagesDone()).isEqualTo(1);
        assertThat(wanted.lastScrub()).isPresent();
    }

    @Test
    void targetThatIsGoneWhenItsTurnComesFailsTheRun() {
        Image image = kit.add(new ImageForge("disk", 2 * MIB).intact(0, 2));
        RunReport run = kit.scrubber.submit(ScrubKit.order("image/disk", ScrubLevel.DEEP));
        kit.catalog.remove(image);

        kit.scrubber.start();

        assertThat(kit.end(run).state()).isInstanceOf(ScrubRunState.Failed.class);
    }

    @Test
    void scheduleDoesNotPileUpScrubs() {
        assertThat(kit.scrubber.submitScheduled(ScrubLevel.DEEP)).isPresent();

        assertThat(kit.scrubber.submitScheduled(ScrubLevel.DEEP)).isEmpty();
        assertThat(kit.scrubber.submitScheduled(ScrubLevel.LIGHT)).isPresent();
    }

    private static String message(RunReport run) {
        return ((ScrubRunState.Failed) run.state()).message();
    }

    @Test
    void closingFailsWhatRunsAndWhatWaits() {
        kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        RunReport running = runUpTo(2);
        RunReport waiting = kit.submit(ScrubLevel.DEEP);

        kit.scrubber.close();

        RunReport stopped = kit.scrubber.run(running.id());
        assertThat(message(stopped))
                .isEqualTo("the agent stopped at " + stopped.position().orElseThrow());
        assertThat(message(kit.scrubber.run(waiting.id()))).isEqualTo("the agent stopped");
    }

    @Test
    void oldestImageIsTheOneVerifiedLongestAgo() {
        Image scrubbed = kit.add(new ImageForge("a", MIB).intact(0));
        kit.clock.advance(Duration.ofDays(3));
        kit.scrubber.limitRate(0);
        kit.scrubber.start();
        kit.end(kit.scrubber.submit(ScrubKit.order("image/a", ScrubLevel.LIGHT)));
        kit.add(new ImageForge("b", MIB).intact(0));

        kit.clock.advance(Duration.ofDays(1));

        assertThat(scrubbed.lastScrub()).isPresent();
        assertThat(kit.scrubber.status().oldest()).hasValueSatisfying(oldest -> {
            assertThat(oldest.image().value()).isEqualTo("b");
            assertThat(oldest.verifiedAt()).isEqualTo(ManualClock.START);
        });
        assertThat(kit.scrubber.oldestAge()).isEqualTo(Duration.ofDays(4));
    }

    @Test
    void imageThatAClockSetBackHasFromTheFutureIsNotOlderThanNothing() {
        kit.add(new ImageForge("a", MIB).intact(0));

        kit.clock.set(Duration.ofDays(1).negated());

        assertThat(kit.scrubber.status().oldest())
                .hasValueSatisfying(oldest -> assertThat(oldest.verifiedAt()).isAfter(kit.clock.instant()));
        assertThat(kit.scrubber.oldestAge()).isZero();
    }

    /** Back for as long as nobody would wait: the alert comes in time all the same. */
    @ParameterizedTest
    @ValueSource(ints = {-1, -365 * 30})
    void imageVerifiedInTheFutureIsAsOldAsTheAgentHasKnownThat(int days) {
        kit.add(new ImageForge("a", MIB).intact(0));
        kit.clock.set(Duration.ofDays(days));
        assertThat(kit.scrubber.oldestAge()).isZero();

        kit.clock.advance(Duration.ofHours(5));

        assertThat(kit.scrubber.oldestAge()).isEqualTo(Duration.ofHours(5));
        assertThat(kit.scrubber.status().oldest().orElseThrow().age()).isEqualTo(Duration.ofHours(5));
    }

    @Test
    void imageThatIsOverdueIsTheOneShownThoughAnotherWasVerifiedEarlierByTheClock() {
        kit.add(new ImageForge("future", MIB).intact(0));
        kit.clock.set(Duration.ofDays(-10));
        assertThat(kit.scrubber.oldestAge()).isZero();
        kit.clock.advance(Duration.ofDays(3));
        kit.scrubber.start();
        kit.add(new ImageForge("past", MIB).intact(0));
        kit.end(kit.scrubber.submit(ScrubKit.order("image/past", ScrubLevel.DEEP)));
        kit.clock.advance(Duration.ofDays(1));

        assertThat(kit.scrubber.status().oldest()).hasValueSatisfying(oldest -> {
            assertThat(oldest.image().value()).isEqualTo("future");
            assertThat(oldest.age()).isEqualTo(Duration.ofDays(4));
        });
    }

    @Test
    void imageScrubbedWhileTheClockWasAheadIsNotFreshForAYear() {
        kit.add(new ImageForge("a", MIB).intact(0));
        kit.clock.set(Duration.ofDays(365));
        kit.scrubber.start();
        kit.scrub(ScrubLevel.DEEP);
        assertThat(kit.scrubber.oldestAge()).isZero();
        kit.clock.set(Duration.ofDays(-365));

        kit.clock.advance(Duration.ofDays(15));

        assertThat(kit.scrubber.oldestAge()).isEqualTo(Duration.ofDays(15));
    }

    /** Both verdicts have one time. */
    @Test
    void scrubWhileTheClockStandsStillMakesTheImageYoung() {
        kit.add(new ImageForge("a", MIB).intact(0));
        kit.scrubber.start();
        kit.scrub(ScrubLevel.DEEP);
        assertThat(kit.scrubber.oldestAge()).isZero();
        kit.clock.advance(Duration.ofDays(2));
        kit.clock.set(Duration.ofDays(-2));
        assertThat(kit.scrubber.oldestAge()).isEqualTo(Duration.ofDays(2));

        kit.scrub(ScrubLevel.DEEP);

        assertThat(kit.scrubber.oldestAge()).isZero();
    }
}
