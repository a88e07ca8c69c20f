// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;

/**
 * Sixteen writers go on while the volume they write to is snapshotted, cloned, grown, merged, decoupled and inflated:
 * unguarded, SPDK loses writes, a volume or the whole store over that. No write that was acknowledged may be missing, and
 * each snapshot has to be a cut.
 */
@NeedsSpdk
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SnapshotsUnderLoadTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);
    private static final int CLUSTERS = 8;
    private static final int CLUSTERS_MAX = 20;
    private static final int POOL_CLUSTERS = 7 * CLUSTERS_MAX;
    /** How much is to be written between two changes of structure: so little that some of it still takes clusters. */
    private static final int CHANGES_BETWEEN = 10;

    private static final VolumeName VOLUME = VolumeName.of("volume");

    @TempDir
    Path directory;

    private SpdkEngine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    /** The kind whose free clusters take the most care is tried the longest. */
    @ParameterizedTest
    @CsvSource({"AIO, 50", "AIO_FALLOCATE, 10", "MALLOC, 10"})
    void nothingAcknowledgedIsLostAndSnapshotsAreCuts(DeviceKind kind, int snapshots) throws Exception {
        // Given
        SpdkPool pool = kind.pool(directory, POOL_CLUSTERS);
        CutModel model = new CutModel(CLUSTERS * CLUSTER / CutModel.BLOCK_BYTES);
        engine = SpdkEngine.open(pool);
        engine.create(VOLUME, (long) CLUSTERS * CLUSTER, Provisioning.THIN);

        // When
        StructureChanges changes =
                new StructureChanges(engine, VOLUME, model, new PoolCheck(engine, VOLUME, model), CLUSTERS_MAX);
        try (Volume volume = engine.open(VOLUME, Access.WRITE);
                VolumeLoad load = VolumeLoad.start(volume, model, EnumSet.of(VolumeLoad.Beside.UNMAPS), 0)) {
            for (int round = 0; round < snapshots * SCALE; round++) {
                load.awaitChanges(CHANGES_BETWEEN);
                changes.round(round);
            }
            load.awaitChanges(CHANGES_BETWEEN);
        }

        // Then
        new PoolCheck(engine, VOLUME, model).requireEverything();
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireClustersAddUp();
        }
        engine = SpdkEngine.open(pool);
        new PoolCheck(engine, VOLUME, model).requireEverything();
    }
}
