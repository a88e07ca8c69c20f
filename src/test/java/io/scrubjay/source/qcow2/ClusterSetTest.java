// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterSetTest {
    private static final int CHUNK = ClusterSet.CHUNK_CLUSTERS;

    @Test
    void setContainsWhatWasAdded() {
        // Given
        Random random = new Random(3);
        ClusterSet set = new ClusterSet(1000, Qcow2Files.MEMORY.share("this test"));
        BitSet expected = new BitSet();
        for (int n = 0; n < 200; n++) {
            int from = random.nextInt(20 * CHUNK);
            int to = from + random.nextInt(2 * CHUNK);
            // When
            assertThat(set.add(from, to)).isTrue();
            expected.set(from, to);
        }
        // Then
        for (int cluster = 0; cluster < 23 * CHUNK; cluster += 97) {
            assertThat(set.contains(cluster)).as("%d", cluster).isEqualTo(expected.get(cluster));
        }
    }

    @Test
    void fullChunksNeedNoMemory() {
        // Given
        ClusterSet set = new ClusterSet(1, Qcow2Files.MEMORY.share("this test"));
        // When
        for (long cluster = 0; cluster < 100L * CHUNK; cluster += CHUNK / 2) {
            assertThat(set.add(cluster, cluster + CHUNK / 2)).isTrue();
        }
        // Then
        assertThat(set.contains(100L * CHUNK - 1)).isTrue();
        assertThat(set.contains(100L * CHUNK)).isFalse();
    }

    @Test
    void tooManyChunksAreNotAdded() {
        ClusterSet set = new ClusterSet(2, Qcow2Files.MEMORY.share("this test"));
        assertThat(set.add(5, 6)).isTrue();
        assertThat(set.add(CHUNK + 5, CHUNK + 6)).isTrue();
        assertThat(set.add(2L * CHUNK + 5, 2L * CHUNK + 6)).isFalse();
    }
}
