package io.scrubjay.ingest;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolNames;
import io.scrubjay.manifest.PoolScan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call of an ingest: afterwards there is a whole image or nothing. What
 * holds I-1, I-3 and I-5 for ingests.
 */
class IngestCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 4096;
    private static final byte[] BYTES = SparseBytes.of(11, (2 << 20) + 12_345);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void atEveryCallThereIsAWholeImageOrNothing(long seed) throws Exception {
        long calls = CrashSweep.inMemory(CAPACITY_CLUSTERS)
                .device(StaleEngine::new)
                .prepare(engine -> ingest(engine, "neighbour"))
                .operation(engine -> ingest(engine, "image"))
                .check((engine, ending) -> {
                    try (IngestKit kit = new IngestKit(engine)) {
                        assertThat(kit.manifests.removeLeftovers().refused()).isEmpty();
                        PoolScan scan = kit.manifests.scan();
                        assertThat(scan.damaged()).isEmpty();
                        assertThat(scan.images())
                                .extracting(header -> header.name().value())
                                .contains("neighbour")
                                .isSubsetOf("image", "neighbour");
                        if (ending.acknowledged()) {
                            assertThat(scan.images()).hasSize(2);
                        }
                        scan.images().forEach(header -> assertWhole(kit, header));
                        assertThat(engine.list())
                                .extracting(VolumeSummary::name)
                                .containsExactlyInAnyOrderElementsOf(volumesOf(scan));
                    }
                })
                .run(seed);

        assertThat(calls).as("calls swept").isGreaterThan(5);
    }

    private static void ingest(StorageEngine engine, String name) {
        try (IngestKit kit = new IngestKit(engine)) {
            kit.ingest(name, BYTES);
        }
    }

    private static void assertWhole(IngestKit kit, ManifestHeader header) {
        Image image = Image.committed(header, new ImageState.Ready(header));
        assertThat(kit.stored(image)).as("%s", header.name()).isEqualTo(BYTES);
    }

    private static Iterable<VolumeName> volumesOf(PoolScan scan) {
        return scan.images().stream()
                .flatMap(header -> Stream.of(PoolNames.snapshot(header.id()), PoolNames.manifest(header.id())))
                .toList();
    }
}
