// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.source.Compression;
import io.scrubjay.source.SourceForm;
import io.scrubjay.source.packed.PackedFiles;
import io.scrubjay.source.qcow2.Qcow2Samples;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An ingest beside an image that is there already, and what a pool may hold after a crash in the middle of it: a whole
 * image or nothing, and all other space is free. Over any engine. Immutable.
 */
final class IngestSweep {
    private static final String NEIGHBOUR = "neighbour";
    private static final String IMAGE = "image";

    private final SourceForm form;
    private final byte[] sent;
    private final byte[] disk;
    private final long spooledBytesMin;

    private IngestSweep(SourceForm form, byte[] sent, byte[] disk, long spooledBytesMin) {
        this.form = form;
        this.sent = sent;
        this.disk = disk;
        this.spooledBytesMin = spooledBytesMin;
    }

    /** Of a raw disk. */
    static IngestSweep raw() {
        byte[] disk = SparseBytes.of(11, (2 << 20) + 12_345);
        return new IngestSweep(IngestKit.order(IMAGE).form(), disk, disk, 0);
    }

    /** Of a file that is decompressed, and of which a part is kept in a spool. */
    static IngestSweep spooled() {
        Qcow2Samples sample = Qcow2Samples.smallTablesLast();
        return new IngestSweep(SourceForm.AUTO, PackedFiles.of(Compression.ZSTD, sample.file()), sample.disk(), 1);
    }

    /** Puts an image where another one is to be ingested. */
    void prepare(StorageEngine engine) {
        ingest(engine, NEIGHBOUR);
    }

    /** What is swept. */
    void ingest(StorageEngine engine) {
        ingest(engine, IMAGE);
    }

    private void ingest(StorageEngine engine, String name) {
        IngestOrder order = new IngestOrder(
                ResourceName.parse(name),
                form,
                OptionalLong.of(sent.length),
                OptionalLong.empty(),
                List.of(),
                Optional.empty());
        try (IngestKit kit = new IngestKit(engine)) {
            Image image = kit.ingest(order, sent, new Random(0), 1 << 20);
            assertThat(image.spooledBytes()).as("bytes kept in a spool").isGreaterThanOrEqualTo(spooledBytesMin);
        }
    }

    /** Leaves a pool that was checked as {@link #prepare} does. */
    static void removeImage(StorageEngine engine) {
        new ManifestStore(engine)
                .scan().images().stream()
                        .filter(header -> header.name().value().equals(IMAGE))
                        .forEach(header -> {
                            new ManifestStore(engine).delete(header.id());
                            new ManifestStore(engine).removeRest(header.id());
                        });
    }

    /** Does what a restart does, and checks. */
    void check(StorageEngine engine, CrashSweep.Ending ending) {
        try (IngestKit kit = new IngestKit(engine)) {
            assertThat(kit.manifests.removeLeftovers().refused()).isEmpty();
            PoolInventory scan = kit.manifests.scan();
            assertThat(scan.damaged()).isEmpty();
            assertThat(scan.images())
                    .extracting(header -> header.name().value())
                    .contains(NEIGHBOUR)
                    .isSubsetOf(IMAGE, NEIGHBOUR);
            if (ending.acknowledged()) {
                assertThat(scan.images()).hasSize(2);
            }
            scan.images().forEach(header -> assertWhole(kit, header));
            assertThat(engine.list())
                    .extracting(VolumeSummary::name)
                    .containsExactlyInAnyOrderElementsOf(volumesOf(scan));
            requireAllOtherSpaceIsFree(engine);
        }
    }

    private void assertWhole(IngestKit kit, ManifestHeader header) {
        Image image = Image.committed(header, new ImageState.Ready(header));
        assertThat(kit.stored(image)).as("%s", header.name()).isEqualTo(disk);
    }

    private static List<VolumeName> volumesOf(PoolInventory scan) {
        return scan.images().stream()
                .flatMap(header -> Stream.of(PoolName.snapshot(header.id()), PoolName.manifest(header.id())))
                .toList();
    }

    private static void requireAllOtherSpaceIsFree(StorageEngine engine) {
        ClearedPool.await(engine);
        long allocatedClusters = engine.list().stream()
                .mapToLong(volume -> engine.allocated(volume.name()).count())
                .sum();
        assertThat(engine.usage().usedBytes())
                .as("bytes in use for %d clusters", allocatedClusters)
                .isEqualTo(allocatedClusters * engine.traits().clusterSize().bytes());
    }
}
