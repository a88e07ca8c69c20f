// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.gate.RecordedLog;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.Lease;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** An error says nothing of what is stored: what was only out of reach is served again without a restart, and nothing else is. */
class OutOfReachTest {
    private static final ByteRange FIRST_BYTE = new ByteRange(0, 1);

    private final ScrubKit kit = new ScrubKit();
    private Image image;

    @BeforeEach
    void start() {
        kit.scrubber.start();
        image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private void loseManifest() {
        kit.flaky.failReads(PoolName.manifest(image.id()), FIRST_BYTE);
    }

    /** Scrubs the image while its manifest is out of reach. */
    private void quarantine() {
        loseManifest();
        kit.scrub(ScrubLevel.DEEP);
        requireQuarantined("unreadable");
    }

    private void requireQuarantined(String code) {
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo(code));
        assertThat(catchThrowableOfType(RefusedException.class, image::lease).refusal())
                .isEqualTo(Refusal.IMAGE_QUARANTINED);
    }

    private void requireServed() {
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        try (Lease<Image> lease = image.lease()) {
            assertThat(lease.leased()).isEqualTo(image);
        }
    }

    /** What the scrubber orders by itself once so much time has passed, when it has ended; the latest run otherwise. */
    private RunReport afterwards(Duration time) {
        kit.clock.advance(time);
        kit.scrubber.recheck();
        return kit.end(kit.scrubber.runs().get(0));
    }

    private int runCount() {
        return kit.scrubber.runs().size();
    }

    @Test
    void poolThatGivesNothingForAWhileQuarantinesNothing() {
        // Given
        Image other = kit.add(new ImageForge("other", 2 * MIB).intact(0, 2));
        for (Image each : new Image[] {image, other}) {
            kit.flaky
                    .failReads(PoolName.snapshot(each.id()), new ByteRange(0, 4 * MIB))
                    .failReads(PoolName.manifest(each.id()), FIRST_BYTE);
        }

        // When
        RunReport run = kit.scrub(ScrubLevel.DEEP);

        // Then
        assertThat(run.state())
                .isInstanceOfSatisfying(
                        ScrubRunState.Failed.class,
                        failed -> assertThat(failed.message()).contains("could not be scrubbed", "and 1 more"));
        assertThat(run.findings()).isEmpty();
        assertThat(other.state()).isInstanceOf(ImageState.Ready.class);
        kit.flaky.heal();
        requireServed();
        assertThat(kit.catalog.unreadable()).isEmpty();
    }

    /** Nor does it fill the log. */
    @Test
    void poolThatGivesNothingIsToldOfInFewLines() {
        for (int i = 0; i < 2 * RunDrive.LISTED_MAX; i++) {
            Image each = kit.add(new ImageForge("disk-" + i, MIB).intact(0));
            kit.flaky
                    .failReads(PoolName.snapshot(each.id()), FIRST_BYTE)
                    .failReads(PoolName.manifest(each.id()), FIRST_BYTE);
        }

        try (RecordedLog log = RecordedLog.open()) {
            kit.scrub(ScrubLevel.DEEP);

            List<String> told = log.lines().stream()
                    .filter(line -> line.message().contains("could not be scrubbed: "))
                    .filter(line -> line.category().equals(RunDrive.class.getName()))
                    .map(line -> line.whole().strip())
                    .toList();
            assertThat(told)
                    .hasSize(RunDrive.LISTED_MAX + 1)
                    .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        }
    }

    @Test
    void imageOutOfReachIsServedOnceAScrubHasFoundAllOfItIntact() {
        quarantine();
        kit.flaky.heal();

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).isEmpty();
        requireServed();
        assertThat(image.lastScrub()).map(LastScrub::intact).hasValue(true);
        assertThat(kit.catalog.unreadable()).isEmpty();
        assertThat(kit.scrubber.events()).extracting(ScrubEvent::code).containsExactly("released", "quarantined");
    }

    @Test
    void theAgentLooksAgainByItself() {
        quarantine();
        kit.flaky.heal();
        kit.scrubber.recheck();
        afterwards(Rechecks.PAUSE_MIN.minusMillis(1));
        assertThat(runCount()).isOne();

        RunReport run = afterwards(Duration.ofMillis(1));

        assertThat(runCount()).isEqualTo(2);
        assertThat(run.order().target()).isEqualTo(ScrubTarget.of(image.key()));
        requireServed();
        afterwards(Duration.ofDays(1));
        assertThat(runCount()).isEqualTo(2);
    }

    @Test
    void aClockThatIsSetDoesNotPutTheNextLookOff() {
        quarantine();
        kit.scrubber.recheck();
        kit.flaky.heal();
        kit.clock.set(Duration.ofDays(-365 * 30));

        afterwards(Rechecks.PAUSE_MIN);

        requireServed();
    }

    @Test
    void whatStaysOutOfReachIsLookedAtLessAndLessOften() {
        quarantine();
        kit.scrubber.recheck();

        afterwards(Rechecks.PAUSE_MIN);
        assertThat(runCount()).isEqualTo(2);
        afterwards(Rechecks.PAUSE_MIN);
        assertThat(runCount()).isEqualTo(2);
        afterwards(Rechecks.PAUSE_MIN);
        assertThat(runCount()).isEqualTo(3);

        // After long enough it is still looked at, every six hours.
        for (int i = 0; i < 20; i++) {
            afterwards(Rechecks.PAUSE_MAX);
        }
        assertThat(runCount()).isEqualTo(23);
        requireQuarantined("unreadable");
    }

    @Test
    void nothingIsOrderedTwice() {
        quarantine();
        kit.scrubber.recheck();
        kit.scrubber.pause();
        kit.clock.advance(Rechecks.PAUSE_MIN);

        for (int i = 0; i < 10; i++) {
            kit.clock.advance(Rechecks.PAUSE_MAX);
            kit.scrubber.recheck();
        }

        assertThat(runCount()).isEqualTo(2);
    }

    @Test
    void lightScrubReleasesNothing() {
        quarantine();
        kit.flaky.heal();

        kit.scrub(ScrubLevel.LIGHT);

        requireQuarantined("unreadable");
    }

    /** ETIMEDOUT at one chunk: nobody knows what it holds. */
    @Test
    void scrubThatCouldNotCheckAChunkReleasesNothing() {
        quarantine();
        kit.flaky.heal().failReads(PoolName.snapshot(image.id()), new ByteRange(2 * MIB, 1), 110);

        kit.scrub(ScrubLevel.DEEP);

        requireQuarantined("unreadable");
    }

    @Test
    void damageThatIsFoundMeanwhileStays() {
        quarantine();
        kit.flaky.heal().flipBit(PoolName.snapshot(image.id()), 5, 1);
        kit.scrub(ScrubLevel.DEEP);
        requireQuarantined("scrub-finding");
        kit.flaky.heal();

        kit.scrub(ScrubLevel.DEEP);
        afterwards(Duration.ofDays(1));

        requireQuarantined("scrub-finding");
        assertThat(kit.manifests.quarantines()).hasSize(1);
        assertThat(runCount()).isEqualTo(3);
    }

    @Test
    void manifestThatReadsWrongIsNotBelievedAgain() {
        kit.flaky.garbleReads(PoolName.manifest(image.id()), new ByteRange(0, 4096));
        kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal();

        kit.scrub(ScrubLevel.DEEP);
        afterwards(Duration.ofDays(1));

        requireQuarantined("manifest-damaged");
        assertThat(runCount()).isEqualTo(2);
    }

    @Test
    void quarantineOfAMarkerIsNotReleased() {
        kit.flaky.flipBit(PoolName.snapshot(image.id()), 9, 0);
        kit.scrub(ScrubLevel.DEEP);
        loseManifest();
        kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal();

        kit.scrub(ScrubLevel.DEEP);

        requireQuarantined("scrub-finding");
    }
}
