// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.FilledWindow;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stores windows in the head: scans for zeroes, hashes the chunks that have any data, and writes the clusters that do.
 * A window of zeroes costs its scan and nothing else.
 *
 * <p>Thread-safe; windows come from several workers at once and in any order.
 */
final class WindowStore {
    private final Volume head;
    private final ClusterSize clusterSize;
    private final long diskBytes;
    private final LeafCollector leaves;
    private final LongAdder writtenClusters = new LongAdder();
    private final LongAccumulator writtenEnd = new LongAccumulator(Math::max, 0);

    /**
     * @param diskBytes the logical length if it is larger than the stream may turn out to be, else 0
     */
    WindowStore(Volume head, ClusterSize clusterSize, long diskBytes, LeafCollector leaves) {
        this.diskBytes = diskBytes;
        this.head = head;
        this.clusterSize = clusterSize;
        this.leaves = leaves;
    }

    /** Stores one window; the future completes when the device has taken all of it, and the buffer is free again. */
    CompletableFuture<Void> store(FilledWindow filled) {
        if (ZeroScan.isZero(filled.payload())) {
            return CompletableFuture.completedFuture(null);
        }
        zero(filled.window().slice(filled.lengthBytes(), filled.window().bytes().capacity() - filled.lengthBytes()));
        hashChunks(filled);
        return writeClusters(filled);
    }

    /**
     * What the image takes of its pool: the clusters that were written. Counted here because not every file system tells
     * which parts of a file hold data. All windows must have been stored.
     */
    Footprint footprint(long lengthBytes) {
        long clusters = writtenClusters.sum();
        // No more than the last cluster can reach beyond the end.
        long beyondEnd = Math.max(0, writtenEnd.get() - lengthBytes);
        return new Footprint(clusterSize, clusters, lengthBytes - (clusters * clusterSize.bytes() - beyondEnd));
    }

    private void hashChunks(FilledWindow filled) {
        // The disk may be larger than the file: its last chunk with data then goes on with zeroes.
        long disk = Math.max(diskBytes, filled.offsetBytes() + filled.lengthBytes());
        for (int at = 0; at < filled.lengthBytes(); at += ChunkGrid.CHUNK_BYTES) {
            ByteRange range = new ChunkGrid(disk).range(ChunkGrid.chunkOf(filled.offsetBytes() + at));
            ByteBuffer chunk = filled.window().slice(at, Math.toIntExact(range.length()));
            if (!ZeroScan.isZero(chunk)) {
                leaves.add(
                        ChunkGrid.chunkOf(filled.offsetBytes() + at),
                        LeafHasher.ofThread().leaf(chunk));
            }
        }
    }

    private CompletableFuture<Void> writeClusters(FilledWindow filled) {
        int cluster = clusterSize.bytes();
        int end = Math.toIntExact(clusterSize.roundUp(filled.lengthBytes()));
        // INVARIANT I-2: the end of a last, partial cluster is written as the zeroes that stand there by now.
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        int runStart = -1;
        for (int at = 0; at < end; at += cluster) {
            boolean zero = ZeroScan.isZero(filled.window().slice(at, cluster));
            if (zero && runStart >= 0) {
                writes.add(write(filled, runStart, at));
                runStart = -1;
            } else if (!zero && runStart < 0) {
                runStart = at;
            }
        }
        if (runStart >= 0) {
            writes.add(write(filled, runStart, end));
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> write(FilledWindow filled, int from, int to) {
        // INVARIANT I-2: runs begin and end at cluster boundaries.
        writtenClusters.add(clusterSize.clustersIn(to - from));
        writtenEnd.accumulate(filled.offsetBytes() + to);
        return filled.window()
                .lentTo(head.write(filled.offsetBytes() + from, filled.window().slice(from, to - from)));
    }

    private static void zero(ByteBuffer bytes) {
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(0);
        }
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
    }
}
