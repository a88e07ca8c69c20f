// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static io.scrubjay.scrub.ScrubKit.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RestartTest {
    private final ManualClock clock = new ManualClock();
    private final ScrubHistory history = new MemoryHistory();

    private Scrubber scrubber(StorageEngine engine, ImageCatalog catalog) {
        ScrubLimits limits = new ScrubLimits(0, 4, 2);
        return new Scrubber(limits, engine, new ManifestStore(engine), catalog, history, clock, clock);
    }

    @Test
    void lastScrubIsKnownAgainAfterRestart() {
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB)) {
            Image image = new ImageForge("disk", 2 * MIB).intact(0).commit(engine, new ManifestStore(engine));
            ImageCatalog before = new ImageCatalog();
            before.claim(image);
            try (Scrubber scrubber = scrubber(engine, before)) {
                scrubber.start();
                scrubber.submit(ScrubKit.order("*", ScrubLevel.DEEP));
                await().atMost(PATIENCE).until(() -> image.lastScrub().isPresent());
            }
            Image again = Image.committed(
                    new ManifestStore(engine).header(image.id()),
                    new ImageState.Ready(new ManifestStore(engine).header(image.id())));
            ImageCatalog after = new ImageCatalog();
            after.claim(again);

            try (Scrubber scrubber = scrubber(engine, after)) {
                scrubber.start();
            }

            assertThat(again.lastScrub()).isEqualTo(image.lastScrub());
        }
    }

    /** As after a start on an empty directory, because the pool's disk was not mounted. */
    @Test
    void lastScrubsOutliveStartOnEmptyPool() {
        ImageId absent = ImageId.random();
        history.scrubbed(absent, new LastScrub(ScrubLevel.DEEP, clock.instant(), true));

        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB);
                Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
            scrubber.start();
        }

        assertThat(history.lastScrubs()).containsOnlyKeys(absent);
    }

    @Test
    void whatIsServedAgainAfterAFindingIsScrubbedFirst() {
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB)) {
            // Given
            ManifestStore manifests = new ManifestStore(engine);
            Image missed = new ImageForge("disk", 2 * MIB).intact(0).commit(engine, manifests);
            Image other = new ImageForge("other", 2 * MIB).intact(0).commit(engine, manifests);
            history.scrubbed(missed.id(), new LastScrub(ScrubLevel.LIGHT, clock.instant(), false));
            history.scrubbed(other.id(), new LastScrub(ScrubLevel.LIGHT, clock.instant(), true));
            ImageCatalog catalog = new ImageCatalog();
            catalog.claim(missed);
            catalog.claim(other);

            // When
            try (Scrubber scrubber = scrubber(engine, catalog)) {
                scrubber.start();

                // Then
                assertThat(scrubber.runs())
                        .extracting(RunReport::order)
                        .containsExactly(
                                new RunReport.Order(ScrubTarget.of(missed.key()), ScrubLevel.DEEP, RunOrigin.SCHEDULE));
                await().atMost(PATIENCE)
                        .until(() -> missed.lastScrub().orElseThrow().intact());
            }
        }
    }

    @Test
    void runThatWasUnderWayIsShownAsFailed() {
        RunReport died = new RunReport(
                RunId.random(),
                ScrubKit.order("*", ScrubLevel.DEEP),
                new ScrubRunState.Queued(clock.instant()).running(clock.instant()),
                RunProgress.NOTHING,
                Optional.empty(),
                0,
                List.of());
        history.save(died);

        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB);
                Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
            scrubber.start();

            assertThat(scrubber.run(died.id()).state())
                    .isInstanceOfSatisfying(
                            ScrubRunState.Failed.class,
                            failed -> assertThat(failed.message()).isEqualTo("the agent stopped"));
        }
    }

    @Test
    void pauseAndRateLimitHoldOverRestart() {
        // Given
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB)) {
            try (Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
                scrubber.start();
                assertThat(scrubber.status().setByRequest().rateLimitAt()).isEmpty();
                scrubber.pause();
                scrubber.limitRate(5 * MIB);
            }
            Instant setAt = clock.instant();
            clock.advance(Duration.ofHours(1));

            // When
            try (Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
                scrubber.start();

                // Then
                ScrubStatus status = scrubber.status();
                assertThat(status.paused()).isTrue();
                assertThat(status.bytesPerSecond()).isEqualTo(5 * MIB);
                assertThat(status.setByRequest().pausedAt()).hasValue(setAt);
                assertThat(status.setByRequest().rateLimitAt()).hasValue(setAt);
                scrubber.resume();
            }
            try (Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
                scrubber.start();

                assertThat(scrubber.status().paused()).isFalse();
                assertThat(scrubber.status().bytesPerSecond()).isEqualTo(5 * MIB);
            }
        }
    }

    /** Also before anything is set. */
    @Test
    void whatIsSetIsNotKeptWithoutAStateDirectory() {
        try (ScrubKit kit = new ScrubKit()) {
            kit.scrubber.start();
            assertThat(kit.scrubber.status().setByRequest().kept()).isFalse();

            kit.scrubber.limitRate(MIB);

            assertThat(kit.scrubber.status().setByRequest().kept()).isFalse();
        }
    }

    @Test
    void pausedScrubberStartsNoRunAfterRestartUntilItIsTold() {
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB)) {
            history.keep(new ScrubSetting(ScrubSetting.Name.PAUSED, 1, clock.instant()));
            try (Scrubber scrubber = scrubber(engine, new ImageCatalog())) {
                scrubber.start();
                RunReport run = scrubber.submit(ScrubKit.order("*", ScrubLevel.DEEP));
                assertThat(scrubber.status().wireName()).isEqualTo("paused");

                scrubber.resume();

                await().atMost(PATIENCE).until(() -> scrubber.run(run.id()).state() instanceof ScrubRunState.Finished);
            }
        }
    }

    @Test
    void imageThatIsGoneIsForgotten() {
        ImageCatalog catalog = new ImageCatalog();
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 * MIB);
                Scrubber scrubber = scrubber(engine, catalog)) {
            catalog.claim(new ImageForge("disk", 2 * MIB).intact(0).commit(engine, new ManifestStore(engine)));
            history.scrubbed(ImageId.random(), new LastScrub(ScrubLevel.DEEP, clock.instant(), true));

            scrubber.start();

            assertThat(history.lastScrubs()).isEmpty();
        }
    }
}
