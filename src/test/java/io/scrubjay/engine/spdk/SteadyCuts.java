// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.VolumeName;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether snapshots, and clones of them, stay as they were when they were first looked at, where nobody knows what was
 * written. Confined to one thread.
 */
final class SteadyCuts implements CutCheck {
    private static final byte[] STALE = staleBlock();

    private final SpdkEngine engine;
    private final Map<Long, Long> sums = new HashMap<>();

    SteadyCuts(SpdkEngine engine) {
        this.engine = engine;
    }

    private static byte[] staleBlock() {
        byte[] block = new byte[CutModel.BLOCK_BYTES];
        Arrays.fill(block, TestDevice.STALE);
        return block;
    }

    /** Looks at each snapshot that was never looked at. */
    void remember(List<Cut> cuts) {
        cuts.forEach(cut -> sums.computeIfAbsent(cut.asked(), asked -> sum(engine, cut.name())));
    }

    @Override
    public void requireCut(VolumeName name, Cut cut) {
        requireCut(engine, name, cut);
    }

    /** The same by another engine on the same pool. */
    void requireCut(SpdkEngine other, VolumeName name, Cut cut) {
        long sum = sum(other, name);
        assertThat(sum).as("checksum of %s", name).isEqualTo(sums.computeIfAbsent(cut.asked(), asked -> sum));
    }

    /** The checksum of a volume, in which nothing may be left of what the device held before. */
    static long sum(SpdkEngine engine, VolumeName name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.VERIFY)) {
            byte[] bytes = volume.readAll();
            for (int at = 0; at < bytes.length; at += CutModel.BLOCK_BYTES) {
                if (Arrays.equals(bytes, at, at + CutModel.BLOCK_BYTES, STALE, 0, CutModel.BLOCK_BYTES)) {
                    throw new AssertionError(name + " has what the device held before at " + at);
                }
            }
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return sum.getValue();
        }
    }
}
