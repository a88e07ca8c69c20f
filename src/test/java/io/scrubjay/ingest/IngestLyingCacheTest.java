// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LyingCacheEngine;
import io.scrubjay.engine.LyingCacheEngine.Lie;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * INVARIANT I-1: each write of an ingest in turn, those of the manifest too, does not reach the medium as it was sent, while
 * every cache says that it did. Such an image is never ready, and nothing of it remains.
 */
class IngestLyingCacheTest {
    private static final int WRITES_MAX = 200;

    private final byte[] bytes = SparseBytes.full(40 * (64 << 10));

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aWriteTheMediumHasOtherwiseIsFoundBeforeTheImageIsReady(Lie lie) {
        int n = 1;
        while (isFound(n, lie)) {
            n++;
            assertThat(n).isLessThan(WRITES_MAX);
        }
        // Windows of a mebibyte, and the manifest.
        assertThat(n).isGreaterThan(3);
    }

    /** Whether there are as many writes. */
    private boolean isFound(int n, Lie lie) {
        try (LyingCacheEngine engine = new LyingCacheEngine(TestPool.open(ClusterSize.parse("64K"), 64L << 20));
                IngestKit kit = new IngestKit(engine)) {
            engine.lieAt(n, lie);
            try {
                Image image = kit.ingest("disk", bytes);
                assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
                assertThat(kit.stored(image))
                        .as("ready, with write %d %s", n, lie)
                        .isEqualTo(bytes);
                return engine.hasLied();
            } catch (RefusedException refused) {
                assertThat(engine.hasLied()).isTrue();
                assertThat(refused.refusal()).as("write %d %s", n, lie).isIn(Refusal.NOT_PROVEN, Refusal.DEVICE_FAILED);
                assertThat(engine.list()).as("after write %d %s", n, lie).isEmpty();
                return true;
            }
        }
    }

    /** Shows that the sweep can fail: through a cache, the same image looks as it was sent. */
    @Test
    void theCacheShowsNothingOfIt() {
        try (LyingCacheEngine engine = new LyingCacheEngine(TestPool.open(ClusterSize.parse("64K"), 64L << 20));
                IngestKit kit = new IngestKit(engine)) {
            Image image = kit.ingest("disk", bytes);

            engine.rot(PoolName.snapshot(image.id()), 5);

            assertThat(kit.stored(image)).isNotEqualTo(bytes);
        }
    }
}
