// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.block.ClusterMap;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class Qcow2LayoutTest {
    private static final long CLUSTER = HostPlaces.CLUSTER_BYTES;
    private static final long TIB = 1L << 40;

    private static ClusterMap run(long first, long count) {
        return ClusterMap.builder().add(first, count).build();
    }

    @Test
    void emptyDiskHasNothingButItsFourTables() {
        // When
        Qcow2Layout layout = new Qcow2Layout(0, ClusterMap.empty());
        // Then: header, L1 table, refcount table, refcount block
        assertThat(layout.plainBytes()).isEqualTo(4 * CLUSTER);
        assertThat(layout.virtualBytes()).isZero();
    }

    @Test
    void oneByteIsASectorWithACluster() {
        // When
        Qcow2Layout layout = new Qcow2Layout(1, run(0, 1));
        // Then
        assertThat(layout.virtualBytes()).isEqualTo(512);
        assertThat(layout.plainBytes()).isEqualTo(6 * CLUSTER);
    }

    @Test
    void tablesOfAFullDiskAreAFewThousandthsOfIt() {
        // When
        Qcow2Layout layout = new Qcow2Layout(16 * TIB, run(0, 16 * TIB / CLUSTER));
        // Then
        assertThat(layout.refcountTableClusters()).isEqualTo(2);
        assertThat(layout.plainBytes()).isBetween(16 * TIB, 16 * TIB + 16 * TIB / 6000);
    }

    @Test
    void sizesOutsideTheLimitsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Qcow2Layout(Qcow2Layout.DISK_BYTES_MAX + 1, ClusterMap.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Qcow2Layout(-1, ClusterMap.empty()));
    }

    @Test
    void clustersBehindTheEndAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Qcow2Layout(CLUSTER, run(1, 1)));
    }

    @Test
    void fingerprintsTellApartWhatIsNotEqual() {
        Qcow2Layout layout = new Qcow2Layout(TIB, run(5, 2));
        assertThat(layout.plainFingerprint())
                .matches("[0-9a-f]{16}")
                .isEqualTo(new Qcow2Layout(TIB, run(5, 2)).plainFingerprint())
                .isNotEqualTo(new Qcow2Layout(TIB, run(5, 3)).plainFingerprint())
                .isNotEqualTo(new Qcow2Layout(TIB - 1, run(5, 2)).plainFingerprint())
                .isNotEqualTo(layout.zstdFingerprint());
    }
}
