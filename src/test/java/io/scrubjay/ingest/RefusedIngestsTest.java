// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.SourceForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is told of uploads that never began. */
class RefusedIngestsTest {
    private static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");

    private final List<RefusedException> told = new ArrayList<>();
    private final StorageEngine small = TestPool.open(CLUSTER_SIZE, 1 << 20);
    private final Ingests ingests = new Ingests(
            new IngestLimits(
                    1, 3, WindowPool.windowBytesFor(CLUSTER_SIZE), 2, Duration.ofSeconds(60), ByteSize.parse("1G")),
            small,
            new ManifestStore(small),
            new ImageCatalog(),
            InstantSource.system(),
            System::nanoTime,
            new IngestObserver() {
                @Override
                public Course begun(Image image) {
                    return NONE.begun(image);
                }

                @Override
                public void refused(RefusedException why) {
                    told.add(why);
                }
            });

    @AfterEach
    void close() {
        ingests.close();
        small.close();
    }

    private RefusedException refused(OptionalLong bytes) {
        return catchThrowableOfType(
                RefusedException.class,
                () -> ingests.begin(new IngestOrder(
                        ResourceName.parse("disk"),
                        SourceForm.AUTO,
                        OptionalLong.empty(),
                        bytes,
                        List.of(),
                        Optional.empty())));
    }

    @Test
    void uploadThatThePoolHasNoRoomForIsToldWithItsSize() {
        // When
        RefusedException refused = refused(OptionalLong.of(10 << 20));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.POOL_FULL);
        assertThat(refused).hasMessageContainingAll("an image of 10485760 bytes", "but only 1048576 are free");
        assertThat(told).containsExactly(refused);
    }

    @Test
    void mistakeOfTheSenderIsNoFailureOfThePool() {
        // When
        RefusedException refused = refused(OptionalLong.of(0));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(told).isEmpty();
    }
}
