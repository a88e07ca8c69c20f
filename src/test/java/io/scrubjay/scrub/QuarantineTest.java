// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.FindingLine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.Quarantine;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.pool.Flaw;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

class QuarantineTest {
    private final ScrubKit kit = new ScrubKit();

    @BeforeEach
    void start() {
        kit.scrubber.start();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void findingQuarantinesWithItsPlace() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).rotten(2, 0));

        kit.scrub(ScrubLevel.DEEP);

        assertThat(image.state()).isInstanceOfSatisfying(ImageState.Quarantined.class, quarantined -> {
            assertThat(quarantined.code()).isEqualTo("scrub-finding");
            assertThat(quarantined.message()).contains("mismatch in chunk 2 at byte 2097152", "1 finding");
        });
        assertThat(kit.scrubber.events())
                .singleElement()
                .satisfies(event -> assertThat(event.code()).isEqualTo("quarantined"));
    }

    @Test
    void quarantineIsInThePoolWithoutAnythingElse() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).lost(1).lost(3));

        kit.scrub(ScrubLevel.LIGHT);

        // What a start without any other memory than the pool sees:
        ManifestStore fresh = new ManifestStore(kit.engine);
        assertThat(fresh.scan().quarantines())
                .singleElement()
                .isInstanceOfSatisfying(QuarantineMarker.class, marker -> {
                    assertThat(marker.id()).isEqualTo(image.id());
                    assertThat(marker.reason()).isEqualTo("scrub-finding");
                    assertThat(marker.findings())
                            .containsExactly(new FindingLine(1, "lost"), new FindingLine(3, "lost"));
                    assertThat(marker.findingCount()).isEqualTo(2);
                });
    }

    @Test
    void quarantinedImageIsScrubbedAgainAndStaysQuarantined() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0).rotten(2, 0));
        kit.scrub(ScrubLevel.DEEP);

        RunReport again = kit.scrub(ScrubLevel.LIGHT);

        assertThat(again.findings()).hasSize(1);
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        assertThat(kit.manifests.quarantines()).hasSize(1);
        assertThat(kit.scrubber.events()).hasSize(1);
    }

    @Test
    void quarantineOutlastsScrubThatFindsNothing() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.flaky.flipBit(PoolName.snapshot(image.id()), 9, 0);
        kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal();

        RunReport healed = kit.scrub(ScrubLevel.DEEP);

        assertThat(healed.findings()).isEmpty();
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
    }

    @Test
    void damagedManifestIsFindingOfItsOwn() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.flaky.garbleReads(PoolName.manifest(image.id()), new ByteRange(0, 4096));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.MANIFEST_DAMAGED);
            assertThat(finding.chunk()).isEmpty();
        });
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("manifest-damaged"));
        // Each start finds it by itself, and finds it whole once it has been put back.
        kit.flaky.heal();
        assertThat(kit.manifests.quarantines()).isEmpty();
        assertThat(kit.tap.reads()).isEmpty();
    }

    @Test
    void unreadableManifestIsFindingToo() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.flaky.failReads(PoolName.manifest(image.id()), new ByteRange(0, 1));

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.UNREADABLE);
            assertThat(finding.chunk()).isEmpty();
        });
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("unreadable"));
        assertThat(kit.catalog.unreadable()).singleElement().satisfies(unreadable -> {
            assertThat(unreadable.errno()).isEqualTo(5);
            assertThat(unreadable.place())
                    .isEqualTo(PoolName.manifest(image.id()).value());
        });
    }

    /** EACCES, EMFILE, ENFILE, ETIMEDOUT: the agent cannot get at it. */
    @ParameterizedTest
    @ValueSource(ints = {13, 24, 23, 110})
    void whatTheAgentCannotGetAtIsNoFinding(int errno) {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.flaky.failReads(PoolName.manifest(image.id()), new ByteRange(0, 1), errno);
        RunReport manifest = kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal().failReads(PoolName.snapshot(image.id()), new ByteRange(0, 1), errno);
        RunReport bytes = kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal();

        assertThat(List.of(manifest, bytes)).allSatisfy(run -> {
            assertThat(run.findings()).isEmpty();
            assertThat(run.state())
                    .isInstanceOfSatisfying(
                            ScrubRunState.Failed.class,
                            failed -> assertThat(failed.message()).contains("errno " + errno));
        });
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        assertThat(kit.manifests.quarantines()).isEmpty();
    }

    /** The same error number as that of a bad sector, as SPDK gives it, but nothing of the pool can be read. */
    @Test
    void poolThatIsAwayForAWhileIsNoFinding() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 2));
        kit.tap.before(
                0,
                () -> kit.flaky
                        .failReads(PoolName.snapshot(image.id()), new ByteRange(0, 4 * MIB))
                        .failReads(PoolName.manifest(image.id()), new ByteRange(0, 1)));

        RunReport run = kit.scrub(ScrubLevel.DEEP);
        kit.flaky.heal();

        assertThat(run.findings()).isEmpty();
        assertThat(run.state()).isInstanceOf(ScrubRunState.Failed.class);
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        assertThat(image.lastScrub()).isEmpty();
        assertThat(kit.manifests.quarantines()).isEmpty();
    }

    /** ETIMEDOUT at one chunk says nothing of it, and hides nothing behind it. */
    @Test
    void whatLiesBehindAChunkThatCannotBeCheckedIsChecked() {
        Image image = kit.add(new ImageForge("disk", 8 * MIB).intact(0, 7));
        kit.flaky
                .failReads(PoolName.snapshot(image.id()), new ByteRange(0, 1), 110)
                .garbleReads(PoolName.snapshot(image.id()), new ByteRange(6 * MIB, 1));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.MISMATCH);
            assertThat(finding.chunk()).hasValue(6);
        });
        assertThat(run.state())
                .isInstanceOfSatisfying(
                        ScrubRunState.Failed.class,
                        failed -> assertThat(failed.message()).contains("chunk 0", "errno 110"));
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        assertThat(image.lastScrub()).isEmpty();
    }

    @Test
    void anImageWithoutAManifestIsAFindingAndNoTrouble() {
        kit.mayLeave(Flaw.MISSING_PART);
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.engine.delete(PoolName.manifest(image.id()));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(run.findings()).extracting(Finding::kind).containsExactly(FindingKind.MANIFEST_MISSING);
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("manifest-missing"));
    }

    @Test
    void markerIsTriedAgainBeforeTheImageIsDone() {
        kit.add(new ImageForge("disk", 4 * MIB).rotten(2, 0));
        // Without an answer nothing is tried behind the manifest instead: it may be written yet.
        kit.flaky.failOnce(
                1,
                FlakyEngine.Moment.BEFORE,
                () -> new EngineException.DeviceStalled("create", Duration.ofSeconds(60)));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(kit.manifests.quarantines()).hasSize(1);
    }

    @Test
    void imageIsOutOfServiceAlsoWhenTheMarkerCannotBeWritten() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).rotten(2, 0));
        fillThePool();
        long manifestBytes =
                kit.engine.find(PoolName.manifest(image.id())).orElseThrow().sizeBytes();
        // The room for the marker, behind the manifest, does not answer either once the manifest has been read.
        kit.tap.before(
                2, () -> kit.flaky.failReads(PoolName.manifest(image.id()), new ByteRange(manifestBytes - 1, 1)));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        assertThat(run.state())
                .isInstanceOfSatisfying(
                        ScrubRunState.Failed.class,
                        failed -> assertThat(failed.message()).contains("could not be written"));
    }

    @Test
    void quarantineOnFullPoolIsDurableAndTheRunFinishes() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).lost(2));
        fillThePool();

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        assertThat(kit.manifests.quarantines()).extracting(Quarantine::id).containsExactly(image.id());
    }

    private void fillThePool() {
        long free = kit.engine.usage().freeClusters()
                * kit.engine.traits().clusterSize().bytes();
        kit.mayLeave(Flaw.FOREIGN_VOLUME);
        kit.engine.create(io.scrubjay.engine.VolumeName.of("filler"), free, io.scrubjay.engine.Provisioning.THICK);
    }
}
