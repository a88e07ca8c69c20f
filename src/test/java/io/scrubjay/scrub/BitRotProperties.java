// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.Image;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

class BitRotProperties {
    private static final int CHUNKS = 6;

    /** Whatever bits flip in stored chunks: exactly those chunks are found, and no other. */
    @Property(tries = 25)
    void everyFlippedChunkIsFoundAndNoOther(
            @ForAll @Size(max = 8) Set<@LongRange(min = 0, max = CHUNKS * MIB - 1) Long> offsets,
            @ForAll @IntRange(min = 0, max = 7) int bit,
            @ForAll ScrubLevel level) {
        try (ScrubKit kit = new ScrubKit()) {
            kit.scrubber.start();
            Image image = kit.add(new ImageForge("disk", CHUNKS * MIB).intact(0, CHUNKS));
            offsets.forEach(offset -> kit.flaky.flipBit(PoolName.snapshot(image.id()), offset, bit));

            RunReport run = kit.scrub(level);

            Set<Long> expected = offsets.stream().map(offset -> offset / MIB).collect(Collectors.toSet());
            assertThat(new TreeSet<>(run.findings().stream()
                            .map(finding -> finding.chunk().orElseThrow())
                            .toList()))
                    .isEqualTo(new TreeSet<>(expected));
        }
    }
}
