// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.Stages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class Qcow2FileTest {
    private static final int CLUSTER = HostPlaces.CLUSTER_BYTES;
    private static final Qcow2Layout ONE_CLUSTER = new Qcow2Layout(
            2L * ChunkGrid.CHUNK_BYTES, ClusterMap.builder().add(3, 1).build());

    @TempDir
    Path directory;

    private static void skipTables(Qcow2File file) {
        while (!file.tables().isEmpty()) {
            // Goes on.
        }
    }

    @Test
    void emptyDiskIsAFile() {
        // Given
        SparseDisk disk = new SparseDisk(0, new TreeMap<>());
        // When
        disk.write(Qcow2File.plain(disk.layout()), directory.resolve("plain"));
        disk.write(Qcow2File.zstd(disk.layout(), Runnable::run), directory.resolve("zstd"));
        // Then
        WrittenFile.read(directory.resolve("plain")).requireShows(disk);
        WrittenFile.read(directory.resolve("zstd")).requireShows(disk);
    }

    @Test
    void dataWhereThePoolHasNoClusterIsNotLeftOut() {
        for (Qcow2File file :
                new Qcow2File[] {Qcow2File.plain(ONE_CLUSTER), Qcow2File.zstd(ONE_CLUSTER, Runnable::run)}) {
            try (file) {
                // Given
                skipTables(file);
                ByteBuffer chunk =
                        ByteBuffer.allocateDirect(ChunkGrid.CHUNK_BYTES).put(7 * CLUSTER + 5, (byte) 1);
                // When
                assertThatIllegalStateException()
                        .isThrownBy(() -> Stages.await(file.disk(0, chunk)))
                        // Then
                        .withMessageContaining(Integer.toString(7 * CLUSTER + 5));
            }
        }
    }

    @Test
    void fileWithoutSomeOfTheDataIsNotEnded() {
        for (Qcow2File file :
                new Qcow2File[] {Qcow2File.plain(ONE_CLUSTER), Qcow2File.zstd(ONE_CLUSTER, Runnable::run)}) {
            try (file) {
                skipTables(file);
                assertThatIllegalStateException().isThrownBy(file::passed).withMessageContaining("0 clusters");
            }
        }
    }

    @Test
    void otherDataInTheSecondPassIsNoticed() {
        // Given
        try (Qcow2File file = Qcow2File.zstd(ONE_CLUSTER, Runnable::run)) {
            skipTables(file);
            ByteBuffer chunk = ByteBuffer.allocateDirect(ChunkGrid.CHUNK_BYTES).put(3 * CLUSTER, (byte) 1);
            Stages.await(file.disk(0, chunk));
            file.passed();
            for (int i = 0; i < CLUSTER; i++) {
                chunk.put(3 * CLUSTER + i, (byte) ((i * i) >> 3));
            }
            Stages.await(file.disk(0, chunk));
            // When
            assertThatIllegalStateException()
                    .isThrownBy(file::passed)
                    // Then
                    .withMessageContaining("second time");
        }
    }

    @Test
    void tablesOfALargeDiskAreMadeAFewAtATime() {
        // Given: 32768 L2 tables
        Qcow2File file = Qcow2File.plain(
                new Qcow2Layout(1L << 44, ClusterMap.builder().add(0, 1L << 28).build()));
        for (int i = 0; i < 100; i++) {
            // When
            int bytes = file.tables().stream().mapToInt(ByteBuffer::remaining).sum();
            // Then
            assertThat(bytes).isBetween(1, 2 << 20);
        }
    }
}
