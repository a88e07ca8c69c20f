// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Ingests into a pool whose new clusters hold somebody else's bytes: the fault of longhorn #9876. What holds I-2 and
 * I-6 for images.
 */
class IngestStaleEngineTest {
    private static final long CAPACITY_BYTES = 64L << 20;

    @ParameterizedTest
    @ValueSource(strings = {"4K", "64K", "1M", "4M"})
    void sparseImagesOverStaleClustersAreWhatWasSent(String cluster) {
        ClusterSize clusterSize = ClusterSize.parse(cluster);
        for (long seed = 1; seed <= 8; seed++) {
            try (StorageEngine engine = TestPool.open(clusterSize, CAPACITY_BYTES);
                    IngestKit kit = new IngestKit(engine)) {
                byte[] bytes = SparseBytes.of(seed, 1 + new Random(seed).nextInt(6 << 20));

                Image image = kit.ingest("sparse", bytes);

                assertThat(image.state()).as("seed %d", seed).isInstanceOf(ImageState.Ready.class);
                assertThat(kit.stored(image)).as("seed %d", seed).isEqualTo(bytes);
            }
        }
    }

    @Test
    void fewBytesInALargeClusterLeaveNoRoomForStaleOnes() {
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("1M"), CAPACITY_BYTES);
                IngestKit kit = new IngestKit(engine)) {
            byte[] bytes = new byte[3 << 20];
            bytes[(1 << 20) + 5] = 1;

            Image image = kit.ingest("few", bytes);

            assertThat(kit.stored(image)).isEqualTo(bytes);
            assertThat(((ImageState.Ready) image.state()).header().footprint().allocatedClusters())
                    .isEqualTo(1);
        }
    }

    /** Shows that the tests above can fail: an importer that writes only its data is fooled, and found out. */
    @Test
    void anImporterThatSkipsZeroesInsideAClusterIsFoundOut() {
        TestPool pool = TestPool.of(ClusterSize.parse("1M"), CAPACITY_BYTES).mayHold(Flaw.FOREIGN_VOLUME);
        try (StorageEngine engine = pool.open()) {
            VolumeName name = VolumeName.of("naive");
            engine.create(name, 1 << 20, Provisioning.THIN);
            ByteBuffer whole = ByteBuffer.allocate(1 << 20);
            try (Volume volume = engine.open(name, Access.WRITE)) {
                Stages.await(volume.write(8192, ByteBuffer.wrap(SparseBytes.full(4096))));
                Stages.await(volume.flush());
                Stages.await(volume.read(0, whole));
                assertThat(whole.get(0)).as("while it is open, zeroes are read").isZero();
            }
            try (Volume volume = engine.open(name, Access.VERIFY)) {
                Stages.await(volume.read(0, whole));
            }
            assertThat(whole.get(0)).as("afterwards, what the medium holds").isEqualTo(StaleEngine.GARBAGE);
        }
    }

    @Test
    void anExpectedContentDigestIsChecked() {
        try (StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), CAPACITY_BYTES);
                IngestKit kit = new IngestKit(engine)) {
            IngestOrder order = IngestKit.order("expected");
            IngestOrder wrong = new IngestOrder(
                    order.name(),
                    order.form(),
                    order.expectedBytes(),
                    order.virtualSizeBytes(),
                    order.expectedDigests(),
                    Optional.of(Digest.parse("scrubjay1:" + "00".repeat(32))));

            assertThatThrownBy(() -> kit.ingest(wrong, SparseBytes.full(5000), new Random(1), 1000))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("not the expected");
            assertThat(engine.list()).isEmpty();
        }
    }
}
