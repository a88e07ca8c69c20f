// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LosingEngine;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A pool loses a cluster in the middle of an ingest: the proof does not take the zeroes for what was sent. */
class LostInIngestTest {
    @ParameterizedTest
    @CsvSource({"64K, head-", "64K, image-", "1M, head-", "1M, image-", "4M, head-", "4M, image-"})
    void anImageThatHasLostAClusterIsNotProven(String clusterSize, String losing) {
        try (LosingEngine engine = new LosingEngine(TestPool.open(ClusterSize.parse(clusterSize), 64L << 20));
                IngestKit kit = new IngestKit(engine)) {
            engine.losingFirstOf(name -> name.value().startsWith(losing));

            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> kit.ingest("disk", SparseBytes.full(3 << 20)))
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));

            assertThat(engine.list()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"64K", "4M"})
    void aManifestThatHasLostAClusterIsNotCommitted(String clusterSize) {
        try (LosingEngine engine = new LosingEngine(TestPool.open(ClusterSize.parse(clusterSize), 64L << 20));
                IngestKit kit = new IngestKit(engine)) {
            engine.losingFirstOf(name -> name.value().startsWith("staged-"));

            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> kit.ingest("disk", SparseBytes.full(3 << 20)))
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));

            assertThat(engine.list()).isEmpty();
        }
    }
}
