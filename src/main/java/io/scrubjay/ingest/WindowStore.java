// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.Window;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.source.DiskOffset;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stores windows in the head: scans for zeroes, hashes the chunks that have any data, and writes the clusters that have
 * any. A window of zeroes costs only its scan.
 *
 * <p>Thread-safe; windows come from several workers at once and in any order.
 */
final class WindowStore {
    private final Volume head;
    private final ClusterSize clusterSize;
    private final LeafCollector leaves;
    private final LongAdder writtenClusters = new LongAdder();
    private final LongAccumulator writtenEnd = new LongAccumulator(Math::max, 0);

    WindowStore(Volume head, ClusterSize clusterSize, LeafCollector leaves) {
        this.head = head;
        this.clusterSize = clusterSize;
        this.leaves = leaves;
    }

    /**
     * Stores one window, which is filled from its beginning; if it is not completely filled, the disk has zeroes after
     * that part. The future completes when the device has taken all of it, and the buffer is free again.
     *
     * @param at the position of the window on the disk
     * @param diskBytes the end of the disk, or any offset after a completely filled window
     */
    CompletableFuture<Void> store(DiskOffset at, WindowPart part, long diskBytes) {
        if (ZeroScan.isZero(part.view())) {
            return CompletableFuture.completedFuture(null);
        }
        Window window = part.window();
        zero(window.slice(part.length(), window.bytes().capacity() - part.length()));
        hashChunks(at.bytes(), part, new ChunkGrid(diskBytes));
        return writeClusters(at.bytes(), part);
    }

    /**
     * The space that the image takes in its pool: the clusters that were written. Counted here because not every file
     * system can tell which parts of a file hold data. All windows must have been stored.
     */
    Footprint footprint(long lengthBytes) {
        long clusters = writtenClusters.sum();
        // Only the last cluster can extend beyond the end.
        long beyondEnd = Math.max(0, writtenEnd.get() - lengthBytes);
        return new Footprint(clusterSize, clusters, lengthBytes - (clusters * clusterSize.bytes() - beyondEnd));
    }

    /**
     * Hashes the chunks of a part. The disk may be longer than the part: its last chunk with data then ends with
     * zeroes.
     */
    private void hashChunks(long offset, WindowPart part, ChunkGrid grid) {
        for (int at = 0; at < part.length(); at += ChunkGrid.CHUNK_BYTES) {
            long chunk = ChunkGrid.chunkOf(offset + at);
            ByteBuffer bytes =
                    part.window().slice(at, Math.toIntExact(grid.range(chunk).length()));
            if (!ZeroScan.isZero(bytes)) {
                leaves.add(chunk, LeafHasher.ofThread().leaf(bytes));
            }
        }
    }

    private CompletableFuture<Void> writeClusters(long offset, WindowPart part) {
        int cluster = clusterSize.bytes();
        int end = Math.toIntExact(clusterSize.roundUp(part.length()));
        // INVARIANT I-2: the end of a last, partial cluster is written as zeroes, which the buffer has there by now.
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        int runStart = -1;
        for (int at = 0; at < end; at += cluster) {
            boolean zero = ZeroScan.isZero(part.window().slice(at, cluster));
            if (zero && runStart >= 0) {
                writes.add(write(offset, part.window(), runStart, at));
                runStart = -1;
            } else if (!zero && runStart < 0) {
                runStart = at;
            }
        }
        if (runStart >= 0) {
            writes.add(write(offset, part.window(), runStart, end));
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> write(long offset, Window window, int from, int to) {
        // INVARIANT I-2: runs begin and end at cluster boundaries.
        writtenClusters.add(clusterSize.clustersIn(to - from));
        writtenEnd.accumulate(offset + to);
        return window.lentTo(head.write(offset + from, window.slice(from, to - from)));
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
