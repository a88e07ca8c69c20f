// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Ingests into an SPDK pool on a used device: the fault of longhorn #9876 where it comes from. What holds I-2 and I-6. */
@NeedsSpdk
class IngestSpdkTest {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY_CLUSTERS = 32;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void fewBytesOverADeletedImageTakeTwoClustersAndShowNothingOfIt(DeviceKind kind) {
        SpdkPool pool = kind.pool(directory, CAPACITY_CLUSTERS);
        byte[] few = new byte[6 * MIB + 100];
        few[MIB + 5] = 1;
        few[4 * MIB + 70_000] = 2;
        try (StorageEngine engine = new StrictEngine(SpdkEngine.open(pool));
                IngestKit kit = new IngestKit(engine)) {
            kit.ingest("full", SparseBytes.full(24 * MIB));
            engine.list().forEach(volume -> engine.delete(volume.name()));

            Image image = kit.ingest("few", few);

            assertThat(kit.stored(image)).isEqualTo(few);
            ManifestHeader header = ((ImageState.Ready) image.state()).header();
            assertThat(header.contentDigest().algorithm()).isEqualTo(DigestAlgorithm.SCRUBJAY1);
            assertThat(header.footprint().allocatedClusters()).isEqualTo(2);
            assertThat(engine.allocated(PoolName.snapshot(image.id())).count()).isEqualTo(2);
        }
        // The same after the pool was closed and opened: it is on the medium.
        try (StorageEngine engine = SpdkEngine.open(pool);
                IngestKit kit = new IngestKit(engine)) {
            List<ManifestHeader> images = kit.manifests.scan().images();
            assertThat(images).hasSize(1);
            Image image = Image.committed(images.get(0), new ImageState.Ready(images.get(0)));
            assertThat(kit.stored(image)).isEqualTo(few);
        }
    }
}
