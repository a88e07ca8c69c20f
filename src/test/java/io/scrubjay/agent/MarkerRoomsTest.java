// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestEncoder;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** Images of older versions can be quarantined on a full pool once an agent has started on them. */
class MarkerRoomsTest {
    private static final int CLUSTER_BYTES = 4096;

    /** Holds manifests that no bytes belong to, and what fills it up. */
    private final StorageEngine engine = TestPool.of(new ClusterSize(CLUSTER_BYTES), 8L << 20)
            .mayHold(Flaw.MISSING_PART, Flaw.FOREIGN_VOLUME)
            .open();

    private final ManifestStore manifests = new ManifestStore(engine);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void startMakesTheRoomThatIsMissing() {
        // Given
        Manifest manifest = manifestOfAnOlderVersion();
        ImageCatalog catalog = new ImageCatalog();
        catalog.claim(Image.committed(manifest.header(), new ImageState.Ready(manifest.header())));

        // When
        new MarkerRooms(manifests, catalog).onStart(null);

        // Then
        engine.create(VolumeName.of("ballast"), engine.usage().freeClusters() * CLUSTER_BYTES, Provisioning.THICK);
        QuarantineMarker marker =
                QuarantineMarker.of(manifest.header(), "scrub-finding", "damaged", Instant.EPOCH, List.of());
        assertThat(manifests.quarantine(marker)).isEqualTo(marker);
        assertThat(manifests.scan().quarantines()).containsExactly(marker);
    }

    @Test
    void startOnFullPoolGoesOn() {
        Manifest manifest = manifestOfAnOlderVersion();
        ImageCatalog catalog = new ImageCatalog();
        catalog.claim(Image.committed(manifest.header(), new ImageState.Ready(manifest.header())));
        engine.create(VolumeName.of("ballast"), engine.usage().freeClusters() * CLUSTER_BYTES, Provisioning.THICK);

        new MarkerRooms(manifests, catalog).onStart(null);

        assertThat(manifests.read(manifest.id())).isEqualTo(manifest);
    }

    private static Manifest manifestOfZeroes() {
        LeafTable leaves = new LeafCollector().finish();
        ManifestHeader header = new ManifestHeader(
                Manifest.FORMAT_VERSION,
                ImageId.random(),
                ResourceName.parse("old"),
                1,
                new Upload("raw", "none", 1, Digest.of(DigestAlgorithm.SHA_256, new byte[32]), Optional.empty()),
                new Footprint(new ClusterSize(CLUSTER_BYTES), 0, 1),
                leaves.contentDigest(1),
                Instant.EPOCH,
                Instant.EPOCH);
        return new Manifest(header, leaves);
    }

    /** A manifest in a volume that is no longer than it has to be. */
    private Manifest manifestOfAnOlderVersion() {
        Manifest manifest = manifestOfZeroes();
        ManifestEncoder encoder = new ManifestEncoder(manifest);
        VolumeName name = PoolName.manifest(manifest.id());
        engine.create(name, encoder.totalBytes(), Provisioning.THIN);
        ByteBuffer bytes = ByteBuffer.allocate(CLUSTER_BYTES);
        encoder.encode(bytes);
        try (Volume volume = engine.open(name, Access.WRITE)) {
            assertThat(volume.sizeBytes()).isEqualTo(CLUSTER_BYTES);
            Stages.await(volume.write(0, bytes.rewind()));
            Stages.await(volume.flush());
        }
        return manifest;
    }
}
