// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.FindingLine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

/** What lies behind the last byte of an image, in its last cluster. */
class PaddingTest {
    private static final long LENGTH = 4 * MIB + 100;

    private static Image odd(ScrubKit kit) {
        kit.scrubber.start();
        return kit.add(new ImageForge("odd", LENGTH).intact(0, 5));
    }

    @ParameterizedTest
    @CsvSource({"64K, 0", "64K, 1", "64K, 65435", "4M, 0", "4M, 1048600", "4M, 4194203"})
    void oneWrongByteBehindTheImageIsAFinding(String cluster, long behindBytes) {
        for (ScrubLevel level : ScrubLevel.values()) {
            try (ScrubKit kit = new ScrubKit(cluster)) {
                Image image = odd(kit);
                long at = LENGTH + behindBytes;
                kit.flaky.flipBit(PoolName.snapshot(image.id()), at, 3);

                RunReport run = kit.scrub(level);

                assertThat(run.findings()).singleElement().satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(FindingKind.PADDING);
                    assertThat(finding.range().offset()).isEqualTo(at);
                    assertThat(finding.chunk()).hasValue(at / MIB);
                });
                assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
                assertThat(new ManifestStore(kit.engine).quarantines())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                QuarantineMarker.class,
                                marker -> assertThat(marker.findings())
                                        .containsExactly(new FindingLine(at / MIB, "padding")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ScrubLevel.class)
    void zeroesBehindTheImageAreNoFinding(ScrubLevel level) {
        for (String cluster : new String[] {"4K", "64K", "1M", "4M"}) {
            try (ScrubKit kit = new ScrubKit(cluster)) {
                Image image = odd(kit);

                RunReport run = kit.scrub(level);

                assertThat(run.findings()).as(cluster).isEmpty();
                assertThat(run.state()).as(cluster).isInstanceOf(ScrubRunState.Finished.class);
                assertThat(image.state()).as(cluster).isInstanceOf(ImageState.Ready.class);
            }
        }
    }

    /** The device may give it the next time, and a clone is refused it as well. */
    @Test
    void whatCannotBeReadBehindTheImageIsNoFindingAndNoProof() {
        try (ScrubKit kit = new ScrubKit("4M")) {
            Image image = odd(kit);
            kit.flaky.failReads(PoolName.snapshot(image.id()), new ByteRange(6 * MIB, 1));

            RunReport run = kit.scrub(ScrubLevel.DEEP);
            kit.flaky.heal();

            assertThat(run.findings()).isEmpty();
            assertThat(run.state()).isInstanceOf(ScrubRunState.Failed.class);
            assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
            assertThat(image.lastScrub()).isEmpty();
            assertThat(kit.manifests.quarantines()).isEmpty();
        }
    }
}
