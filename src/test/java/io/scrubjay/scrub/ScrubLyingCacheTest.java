// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LyingCacheEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

/** Scrubs over a medium that has something else than its cache shows: it is the medium that is scrubbed. */
class ScrubLyingCacheTest {
    private final LyingCacheEngine engine = new LyingCacheEngine(TestPool.open(ClusterSize.parse("64K"), 64 * MIB));

    private static Image image(ScrubKit kit) {
        kit.scrubber.start();
        return kit.add(new ImageForge("odd", 3 * MIB + 100).intact(0, 4));
    }

    @ParameterizedTest
    @EnumSource(ScrubLevel.class)
    void aBitThatOnlyTheMediumHasOtherwiseIsAFinding(ScrubLevel level) {
        try (ScrubKit kit = ScrubKit.over(engine)) {
            Image image = image(kit);
            engine.rot(PoolName.snapshot(image.id()), MIB + 5);

            RunReport run = kit.scrub(level);

            assertThat(run.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(FindingKind.MISMATCH);
                assertThat(finding.chunk()).hasValue(1);
            });
            assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        }
    }

    @ParameterizedTest
    @EnumSource(ScrubLevel.class)
    void aBitBehindTheImageThatOnlyTheMediumHasOtherwiseIsAFinding(ScrubLevel level) {
        try (ScrubKit kit = ScrubKit.over(engine)) {
            Image image = image(kit);
            engine.rot(PoolName.snapshot(image.id()), 3 * MIB + 200);

            RunReport run = kit.scrub(level);

            assertThat(run.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.kind()).isEqualTo(FindingKind.PADDING));
        }
    }

    @Test
    void aManifestThatOnlyTheMediumHasOtherwiseIsAFinding() {
        try (ScrubKit kit = ScrubKit.over(engine)) {
            Image image = image(kit);
            engine.rot(PoolName.manifest(image.id()), 200);

            RunReport run = kit.scrub(ScrubLevel.DEEP);

            assertThat(run.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.kind()).isEqualTo(FindingKind.MANIFEST_DAMAGED));
            assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
        }
    }
}
