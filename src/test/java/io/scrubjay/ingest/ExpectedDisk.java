// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.PoolName;

import java.nio.ByteBuffer;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/** What a head has to hold for a disk of these bytes; it shares nothing with the code that writes one. */
final class ExpectedDisk {
    private final byte[] bytes;

    ExpectedDisk(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Passes when the closed head holds the disk, as is said of it. */
    void requireIn(StorageEngine engine, ImageId id, ChunkAssembler.Disk made) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        byte[] padded = Arrays.copyOf(bytes, Math.toIntExact(clusterSize.roundUp(bytes.length)));
        byte[] read = read(engine, id, padded.length);
        // An assertion for each byte would take most of the test's time.
        assertThat(Arrays.mismatch(read, padded))
                .as("the first byte that differs")
                .isEqualTo(-1);
        assertThat(made.lengthBytes()).isEqualTo(bytes.length);
        assertThat(made.leaves()).isEqualTo(leaves());
        ClusterMap stored = stored(padded, clusterSize.bytes());
        assertThat(engine.allocated(PoolName.head(id))).isEqualTo(stored);
        long zeroBytes = bytes.length - stored.bytesWithin(bytes.length, clusterSize);
        assertThat(made.footprint()).isEqualTo(new Footprint(clusterSize, stored.count(), zeroBytes));
    }

    private static byte[] read(StorageEngine engine, ImageId id, int length) {
        ByteBuffer buffer = AlignedBuffer.allocate(length);
        try (Volume head = engine.open(PoolName.head(id), Access.VERIFY)) {
            Stages.await(head.read(0, buffer));
        }
        byte[] read = new byte[length];
        buffer.get(0, read);
        return read;
    }

    private LeafTable leaves() {
        LeafCollector leaves = new LeafCollector();
        for (int at = 0; at < bytes.length; at += ChunkGrid.CHUNK_BYTES) {
            int end = Math.min(bytes.length, at + ChunkGrid.CHUNK_BYTES);
            if (!isZero(bytes, at, end)) {
                leaves.add(ChunkGrid.chunkOf(at), LeafHasher.ofThread().leaf(ByteBuffer.wrap(bytes, at, end - at)));
            }
        }
        return leaves.finish();
    }

    private static ClusterMap stored(byte[] padded, int clusterBytes) {
        ClusterMap.Builder map = ClusterMap.builder();
        for (int at = 0; at < padded.length; at += clusterBytes) {
            if (!isZero(padded, at, at + clusterBytes)) {
                map.add(at / clusterBytes, 1);
            }
        }
        return map.build();
    }

    static boolean isZero(byte[] bytes, int from, int end) {
        return Arrays.equals(bytes, from, end, new byte[end - from], 0, end - from);
    }
}
