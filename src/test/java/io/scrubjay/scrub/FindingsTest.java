// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Access;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.Flaw;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

class FindingsTest {
    private ScrubKit kit = new ScrubKit();

    @BeforeEach
    void start() {
        kit.scrubber.start();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private void withClusters(String size) {
        kit.close();
        kit = new ScrubKit(size);
        kit.scrubber.start();
    }

    @ParameterizedTest
    @EnumSource
    void intactImageHasNoFinding(ScrubLevel level) {
        Image image = kit.add(
                new ImageForge("disk", 10 * MIB + 5).intact(0).intact(3, 5).intact(10));

        RunReport run = kit.scrub(level);

        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(run.findings()).isEmpty();
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        assertThat(image.lastScrub()).hasValueSatisfying(last -> {
            assertThat(last.intact()).isTrue();
            assertThat(last.level()).isEqualTo(level);
        });
    }

    @ParameterizedTest
    @EnumSource
    void flippedBitIsMismatchOfItsChunk(ScrubLevel level) {
        Image image = kit.add(new ImageForge("disk", 8 * MIB).intact(0, 8));
        kit.flaky.flipBit(PoolName.snapshot(image.id()), 5 * MIB + 77, 3);

        RunReport run = kit.scrub(level);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.MISMATCH);
            assertThat(finding.chunk()).hasValue(5);
            assertThat(finding.range()).isEqualTo(new ByteRange(5 * MIB, MIB));
            assertThat(finding.target()).isEqualTo("image/disk");
            String prefix = level == ScrubLevel.DEEP ? "sha-256:" : "crc32c:";
            assertThat(finding.expected())
                    .hasValueSatisfying(digest -> assertThat(digest).startsWith(prefix));
            assertThat(finding.actual())
                    .hasValueSatisfying(digest -> assertThat(digest).startsWith(prefix));
            assertThat(finding.actual()).isNotEqualTo(finding.expected());
        });
        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
    }

    /** Damage that is a multiple of the polynomial of CRC-32C: only the digest is another one. */
    @Test
    void damageThatKeepsTheCrcIsFoundByADeepScrub() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        long polynomial = 1 | 0x82F63B78L << 1;
        for (int bit = 0; bit < 33; bit++) {
            if ((polynomial >> bit & 1) == 1) {
                kit.flaky.flipBit(PoolName.snapshot(image.id()), 2 * MIB + 100 + bit / 8, bit % 8);
            }
        }

        RunReport light = kit.scrub(ScrubLevel.LIGHT);
        RunReport deep = kit.scrub(ScrubLevel.DEEP);

        assertThat(light.findings()).isEmpty();
        assertThat(deep.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.MISMATCH);
            assertThat(finding.chunk()).hasValue(2);
        });
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
    }

    @Test
    void mismatchIsReadTwiceMoreBeforeItIsFinding() {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0).rotten(2, 0));

        kit.scrub(ScrubLevel.DEEP);

        assertThat(kit.tap.reads()).containsExactlyInAnyOrder(0L, 2L, 2L, 2L);
        assertThat(kit.scrubber.totals().bytesRead()).isEqualTo(4 * MIB);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void mismatchThatVanishesIsNoFinding(int wrongReads) {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.tap.garbleNext(1, wrongReads);

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findings()).isEmpty();
        assertThat(run.progress().transients()).isEqualTo(1);
        assertThat(kit.scrubber.totals().transients()).isEqualTo(1);
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
    }

    @Test
    void chunkTheMediumDoesNotGiveBackIsUnreadable() {
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        kit.flaky.failReads(PoolName.snapshot(image.id()), new ByteRange(3 * MIB + 4096, 1));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.UNREADABLE);
            assertThat(finding.chunk()).hasValue(3);
            assertThat(finding.expected()).isPresent();
            assertThat(finding.actual()).isEmpty();
        });
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
    }

    @Test
    void stalledDeviceIsNoFindingAndEndsTheRun() {
        Image image = kit.add(new ImageForge("a", 64 * MIB).intact(0, 64));
        kit.add(new ImageForge("b", MIB).intact(0));
        for (long chunk = 3; chunk < 64; chunk++) {
            kit.tap.stall(chunk);
        }

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.state()).isInstanceOf(ScrubRunState.Failed.class);
        assertThat(run.findings()).isEmpty();
        assertThat(run.progress().imagesDone()).isZero();
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
    }

    @Test
    void scrubAfterStallHasItsWindowsAgain() {
        kit.add(new ImageForge("disk", 64 * MIB).intact(0, 64));
        for (long chunk = 0; chunk < 64; chunk++) {
            kit.tap.stall(chunk);
        }
        kit.scrub(ScrubLevel.LIGHT);
        kit.tap.recover();

        RunReport again = kit.scrub(ScrubLevel.LIGHT);

        assertThat(again.state()).isInstanceOf(ScrubRunState.Finished.class);
        assertThat(again.progress().bytesRead()).isEqualTo(64 * MIB);
    }

    @Test
    void leafWithoutClusterIsLostAndIsNotRead() {
        kit.add(new ImageForge("disk", 4 * MIB).lost(1).lost(2));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).extracting(Finding::kind).containsExactly(FindingKind.LOST, FindingKind.LOST);
        assertThat(run.findings())
                .extracting(finding -> finding.chunk().orElseThrow())
                .containsExactly(1L, 2L);
        // The end of the volume, by which one that was cut is told.
        assertThat(kit.tap.reads()).containsExactly(3L);
    }

    @Test
    void everyLeafOfMissingSnapshotIsLost() {
        kit.mayLeave(Flaw.MISSING_PART);
        Image image = kit.add(new ImageForge("disk", 4 * MIB).intact(0, 3));
        kit.engine.delete(PoolName.snapshot(image.id()));

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findings()).hasSize(3).allMatch(finding -> finding.kind() == FindingKind.LOST);
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
    }

    @ParameterizedTest
    @EnumSource
    void bytesWhereZeroesBelongAreStray(ScrubLevel level) {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0).stray(2));

        RunReport run = kit.scrub(level);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.STRAY);
            assertThat(finding.chunk()).hasValue(2);
            assertThat(finding.expected()).isEmpty();
            assertThat(finding.actual()).isPresent();
        });
    }

    @Test
    void whatWasOnTheDiskBeforeIsStray() {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0).partOfCluster(2));

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.STRAY);
            assertThat(finding.chunk()).hasValue(2);
        });
    }

    @Test
    void storedZeroesAreNotStray() {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0).storedZeroes(2));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).isEmpty();
        assertThat(kit.tap.reads()).contains(2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4K", "64K", "1M", "4M"})
    void everyKindIsFoundWhateverTheClusterSize(String clusterSize) {
        withClusters(clusterSize);
        kit.add(new ImageForge("disk", 100 * MIB + 1)
                .intact(0, 3)
                .rotten(4, 1000)
                .stray(21)
                .lost(40)
                .rotten(100, 0));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings())
                .extracting(finding -> finding.kind() + "@" + finding.chunk().orElseThrow())
                .containsExactlyInAnyOrder("MISMATCH@4", "STRAY@21", "LOST@40", "MISMATCH@100");
        assertThat(run.findings())
                .anySatisfy(finding -> assertThat(finding.range()).isEqualTo(new ByteRange(100 * MIB, 1)));
    }

    @Test
    void firstFindingDoesNotHideTheOthers() {
        ImageForge forge = new ImageForge("disk", 40 * MIB);
        for (long chunk = 0; chunk < 40; chunk++) {
            forge.rotten(chunk, 500);
        }
        kit.add(forge);

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findingsTotal()).isEqualTo(40);
        assertThat(run.findings()).hasSize(40);
        assertThat(kit.scrubber.totals().findings(FindingKind.MISMATCH)).isEqualTo(40);
    }

    @Test
    void everyImageIsScrubbedAlsoAfterDamagedOne() {
        Image bad = kit.add(new ImageForge("a-bad", 2 * MIB).rotten(0, 0));
        Image good = kit.add(new ImageForge("b-good", 2 * MIB).intact(0, 2));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).hasSize(1);
        assertThat(run.progress().imagesDone()).isEqualTo(2);
        assertThat(bad.lastScrub())
                .hasValueSatisfying(last -> assertThat(last.intact()).isFalse());
        assertThat(good.lastScrub())
                .hasValueSatisfying(last -> assertThat(last.intact()).isTrue());
    }

    @Test
    void scrubOpensSnapshotsToVerifyAndChangesNothing() {
        kit.add(new ImageForge("disk", 4 * MIB).intact(0, 4));
        long changesBefore = kit.flaky.changes();

        kit.scrub(ScrubLevel.DEEP);

        assertThat(kit.flaky.changes()).isEqualTo(changesBefore);
        assertThat(kit.tap.opened()).containsOnly(Access.VERIFY);
    }

    @Test
    void damagedImageIsNotWrittenEither() {
        kit.add(new ImageForge("disk", 4 * MIB).rotten(0, 9).lost(2));

        kit.scrub(ScrubLevel.DEEP);

        assertThat(kit.tap.opened()).containsOnly(Access.VERIFY);
    }

    @Test
    void terabyteOfHolesCostsNoRead() {
        kit.add(new ImageForge("huge", 1L << 40).intact(0).intact(700_000).intact((1 << 20) - 1));

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).isEmpty();
        assertThat(kit.tap.reads()).containsExactlyInAnyOrder(0L, 700_000L, (1L << 20) - 1);
        assertThat(run.progress().bytesTotal()).isEqualTo(3 * MIB);
        assertThat(run.progress().bytesRead()).isEqualTo(3 * MIB);
    }
}
