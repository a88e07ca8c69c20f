// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.FallingClock;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** An upload during which the clock is set back, again and again. */
class ClockSetBackTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 365 * 24})
    void imageIsNotSealedBeforeItsUploadBegan(long hours) {
        FallingClock clock = new FallingClock(Duration.ofHours(hours));
        byte[] bytes = new byte[2 * MIB + 5];
        new Random(1).nextBytes(bytes);
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64L * MIB);
                IngestKit kit = new IngestKit(engine, Duration.ofMinutes(1), System::nanoTime, clock)) {
            Image image = kit.ingest("disk", bytes);

            assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
            assertThat(kit.stored(image)).isEqualTo(bytes);
            ManifestHeader stored = new ManifestStore(engine).header(image.id());
            assertThat(stored.createdAt()).isEqualTo(image.createdAt());
            assertThat(stored.sealedAt()).isEqualTo(image.createdAt());
            assertThat(clock.looks()).isGreaterThan(1);
        }
    }
}
