// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.AlteringEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A medium that is right in all bytes of the image, and wrong behind the last one, where a clone looks. */
class IngestPaddingTest {
    private static final long CAPACITY_BYTES = 64L << 20;

    /** The first and the last byte behind the image, and one in between; also beyond the next whole mebibyte. */
    @ParameterizedTest
    @CsvSource({
        "64K, 5000, 5000", "64K, 5000, 65535", "64K, 1048577, 1048577", "64K, 1048577, 1114111",
        "4M, 5000, 5000", "4M, 5000, 4194303", "4M, 1048576, 1048576", "4M, 5242881, 6291456"
    })
    void anImageWithOtherBytesBehindItIsNotProven(String cluster, int lengthBytes, long alteredAt) {
        for (String kind : new String[] {"head-", "image-"}) {
            try (StorageEngine engine = new AlteringEngine(
                            TestPool.open(ClusterSize.parse(cluster), CAPACITY_BYTES),
                            name -> name.value().startsWith(kind),
                            alteredAt);
                    IngestKit kit = new IngestKit(engine)) {
                byte[] bytes = SparseBytes.full(lengthBytes);

                assertThatExceptionOfType(RefusedException.class)
                        .as(kind)
                        .isThrownBy(() -> kit.ingest("disk", bytes))
                        .withMessageContaining("at byte " + alteredAt)
                        .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
                assertThat(engine.list()).as(kind).isEmpty();
            }
        }
    }

    /** An image has nothing behind it that ends with its cluster, nor where it ends with zeroes that are not stored. */
    @ParameterizedTest
    @CsvSource({"64K, 65536, 65536", "64K, 65537, 65540", "4M, 4194304, 4194304"})
    void whatHasNoClusterIsNotLookedAt(String cluster, int lengthBytes, long alteredAt) {
        try (StorageEngine engine = new AlteringEngine(
                        TestPool.open(ClusterSize.parse(cluster), CAPACITY_BYTES),
                        name -> name.value().startsWith("head-"),
                        alteredAt);
                IngestKit kit = new IngestKit(engine)) {
            byte[] bytes = new byte[lengthBytes];
            bytes[5] = 1;

            Image image = kit.ingest("disk", bytes);

            assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
            assertThat(kit.stored(image)).isEqualTo(bytes);
        }
    }
}
