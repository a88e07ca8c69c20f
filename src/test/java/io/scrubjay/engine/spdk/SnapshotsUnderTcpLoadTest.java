// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Export;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client writes over NVMe/TCP while its volume is snapshotted, cloned, grown, merged, decoupled and inflated. Nobody here
 * knows what it writes; but what a snapshot once was it has to be to the end.
 */
@NeedsSpdk
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SnapshotsUnderTcpLoadTest {
    /** With two snapshots each. */
    private static final int ROUNDS = 25 * Integer.getInteger("scrubjay.test.scale", 1);

    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTERS = 16;
    private static final int CLUSTERS_MAX = 20;
    private static final int POOL_CLUSTERS = 9 * CLUSTERS_MAX;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    private SpdkEngine engine;

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    /** On a device where merges go on while a client writes. */
    @Test
    void snapshotsStayAsTheyWereAndNoWriteFails() throws Exception {
        NvmePerf.require();
        // Given
        SpdkPool pool = DeviceKind.AIO_FALLOCATE.pool(directory, POOL_CLUSTERS).withExports(TestDevice.exportsTo(HOST));
        engine = SpdkEngine.open(pool);
        engine.create(VOLUME, (long) CLUSTERS * CLUSTER, Provisioning.THIN);
        Export export = engine.exports().orElseThrow().export(VOLUME);
        CutModel model = new CutModel(CLUSTERS * CLUSTER / CutModel.BLOCK_BYTES);
        SteadyCuts cuts = new SteadyCuts(engine);

        // When
        StructureChanges changes = new StructureChanges(engine, VOLUME, model, cuts, CLUSTERS_MAX);
        try (NvmePerf client = NvmePerf.randomWrites(directory.resolve("perf.log"), export, HOST)) {
            for (int round = 0; round < ROUNDS; round++) {
                // The second one comes while the volume takes clusters because of the first.
                changes.snapshot();
                awaitWrites(client);
                changes.round(round);
                cuts.remember(model.cuts());
            }
            client.requireNoErrors();
        }
        engine.exports().orElseThrow().end(VOLUME);
        long sum = SteadyCuts.sum(engine, VOLUME);

        // Then
        requireEverything(cuts, model, sum);
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireClustersAddUp();
        }
        engine = SpdkEngine.open(pool);
        requireEverything(cuts, model, sum);
    }

    /** Until the volume takes clusters again. */
    private void awaitWrites(NvmePerf client) {
        Awaitility.await("writes").pollInterval(Duration.ofMillis(2)).until(() -> {
            assertThat(client.isWriting())
                    .as("the client writes: %s", client.log())
                    .isTrue();
            return engine.allocated(VOLUME).count() > 0;
        });
    }

    private void requireEverything(SteadyCuts cuts, CutModel model, long sum) {
        assertThat(SteadyCuts.sum(engine, VOLUME)).as("checksum of the volume").isEqualTo(sum);
        model.cuts().forEach(cut -> cuts.requireCut(engine, cut.name(), cut));
    }
}
