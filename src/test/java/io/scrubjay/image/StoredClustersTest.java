// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class StoredClustersTest {
    private static final ClusterSize UNIT = ClusterSize.parse("64K");
    private static final int CHUNK = ChunkGrid.CHUNK_BYTES;

    /** Whether some byte of a range is not zero. */
    private static boolean hasData(byte[] bytes, long from, long to) {
        for (long at = Math.max(0, from); at < Math.min(bytes.length, to); at++) {
            if (bytes[(int) at] != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasData(byte[] bytes, long offset, int unitBytes) {
        long from = offset / unitBytes * unitBytes;
        return hasData(bytes, from, from + unitBytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4K", "64K", "1M", "4M"})
    void clustersAreThoseWithDataInBothChunkAndPool(String poolCluster) {
        ClusterSize poolClusterSize = ClusterSize.parse(poolCluster);
        try (StorageEngine engine = TestPool.open(poolClusterSize, 256L << 20);
                ContentReaders readers = new ContentReaders(
                        new ReadLimits(2, 3),
                        engine,
                        new CommittedManifests(new ManifestStore(engine)::read, 1 << 20),
                        (image, chunk) -> {})) {
            for (long seed = 1; seed <= 5; seed++) {
                // Given
                Random random = new Random(seed);
                byte[] bytes = new byte[9 * CHUNK + random.nextInt(1, CHUNK)];
                for (int i = random.nextInt(30); i > 0; i--) {
                    bytes[random.nextInt(bytes.length)] = 1;
                }
                Image image = StoredImages.commit(engine, "disk-" + seed, bytes);
                // When
                ClusterMap stored = readers.stored(image, UNIT);
                // Then
                long end = UNIT.clustersIn(bytes.length);
                for (long cluster = 0; cluster < end; cluster++) {
                    long offset = cluster * UNIT.bytes();
                    boolean inPool = poolClusterSize.bytes() < UNIT.bytes()
                            ? hasData(bytes, offset, offset + UNIT.bytes())
                            : hasData(bytes, offset, poolClusterSize.bytes());
                    assertThat(stored.contains(cluster))
                            .as("seed %d, cluster %d", seed, cluster)
                            .isEqualTo(inPool && hasData(bytes, offset, CHUNK));
                }
                assertThat(stored.nextAllocated(end)).isNegative();
            }
        }
    }
}
