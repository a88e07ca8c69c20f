// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.Window;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stores windows in a volume: scans for zeroes, hashes the chunks that have any data, and writes the clusters that have
 * any. A window of zeroes costs only its scan. A window that was stored can be loaded, changed and stored again.
 *
 * <p>Thread-safe; windows come from several workers at once and in any order. The caller makes calls for the same place
 * of the volume one after the other.
 */
final class WindowStore {
    private final Volume volume;
    private final ClusterSize clusterSize;
    private final LeafCollector leaves = new LeafCollector();
    private final LongAdder writtenClusters = new LongAdder();
    private final LongAccumulator writtenEnd = new LongAccumulator(Math::max, 0);

    WindowStore(Volume volume, ClusterSize clusterSize) {
        this.volume = volume;
        this.clusterSize = clusterSize;
    }

    ClusterSize clusterSize() {
        return clusterSize;
    }

    /**
     * Stores one window, which is filled from its beginning; if it is not completely filled, the volume has zeroes
     * after that part. The future completes when the device has taken all of it, and the buffer is free again.
     *
     * @param at the position of the window in the volume
     * @param held which of its clusters the volume holds already
     * @param endBytes the end of the content, or any offset at or after the end of the window: a chunk that the content
     *     ends in is hashed up to there
     */
    CompletableFuture<Void> store(long at, WindowPart part, WindowClusters held, long endBytes) {
        if (held.isEmpty() && ZeroScan.isZero(part.view())) {
            return CompletableFuture.completedFuture(null);
        }
        Window window = part.window();
        window.zero(part.length(), window.bytes().capacity() - part.length());
        hashChunks(at, part, held, endBytes);
        return writeClusters(at, part, held);
    }

    /** Whether anything but zeroes was stored at this position of a window. */
    boolean has(long at, int windowBytes) {
        for (int chunk = 0; chunk < windowBytes; chunk += ChunkGrid.CHUNK_BYTES) {
            if (leaves.find(ChunkGrid.chunkOf(at + chunk)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads a window that was stored with an end at or after its own, and has not been stored again since. Blocks for
     * the device.
     *
     * @param at as in {@link #store}
     * @param window is overwritten completely
     * @return the clusters that the volume holds
     * @throws RefusedException {@code not-proven} when the bytes are not those that were stored
     */
    WindowClusters load(long at, Window window) {
        int capacity = window.bytes().capacity();
        int length = Math.toIntExact(Math.min(capacity, volume.sizeBytes() - at));
        Stages.await(window.lentTo(volume.read(at, window.slice(0, length))));
        window.zero(length, capacity - length);
        for (int chunk = 0; chunk < capacity; chunk += ChunkGrid.CHUNK_BYTES) {
            requireStored(ChunkGrid.chunkOf(at + chunk), window.slice(chunk, ChunkGrid.CHUNK_BYTES));
        }
        WindowClusters held = new WindowClusters();
        int cluster = clusterSize.bytes();
        for (int from = 0; from < capacity; from += cluster) {
            // Only clusters that are not all zeroes were written.
            if (!ZeroScan.isZero(window.slice(from, cluster))) {
                held.hold(from / cluster);
            }
        }
        return held;
    }

    /**
     * INVARIANT I-1: the bytes that are stored again, with a leaf of their own, are the received ones; otherwise a leaf
     * would prove what the medium returned.
     */
    private void requireStored(long chunk, ByteBuffer bytes) {
        Optional<Leaf> stored = leaves.find(chunk);
        boolean isStored = stored.map(leaf -> leaf.equals(LeafHasher.ofThread().leaf(bytes)))
                .orElseGet(() -> ZeroScan.isZero(bytes));
        if (!isStored) {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the bytes read back from '" + volume.name() + "' differ from those written to it, first in chunk "
                            + chunk);
        }
    }

    /**
     * The space that the content takes in its pool: the clusters that were written, each counted once. Counted here
     * because not every file system can tell which parts of a file hold data. All windows must have been stored.
     */
    Footprint footprint(long lengthBytes) {
        long clusters = writtenClusters.sum();
        // Only the last cluster can extend beyond the end.
        long beyondEnd = Math.max(0, writtenEnd.get() - lengthBytes);
        return new Footprint(clusterSize, clusters, lengthBytes - (clusters * clusterSize.bytes() - beyondEnd));
    }

    /** The leaves of all chunks that have data, each as it was stored last. */
    LeafCollector leaves() {
        return leaves;
    }

    /**
     * Hashes the chunks of a part. The content may be longer than the part: its last chunk with data then ends with
     * zeroes.
     */
    private void hashChunks(long offset, WindowPart part, WindowClusters held, long endBytes) {
        for (int at = 0; at < part.length() && offset + at < endBytes; at += ChunkGrid.CHUNK_BYTES) {
            long chunk = ChunkGrid.chunkOf(offset + at);
            int length = Math.toIntExact(Math.min(ChunkGrid.CHUNK_BYTES, endBytes - offset - at));
            ByteBuffer bytes = part.window().slice(at, length);
            if (!ZeroScan.isZero(bytes)) {
                Leaf leaf = LeafHasher.ofThread().leaf(bytes);
                if (held.isEmpty()) {
                    leaves.add(chunk, leaf);
                } else {
                    leaves.put(chunk, leaf);
                }
            }
        }
    }

    private CompletableFuture<Void> writeClusters(long offset, WindowPart part, WindowClusters held) {
        int cluster = clusterSize.bytes();
        int end = Math.toIntExact(clusterSize.clustersIn(part.length()));
        // INVARIANT I-2: the end of a last, partial cluster is written as zeroes, which the buffer has there by now.
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        int runStart = -1;
        for (int at = 0; at < end; at++) {
            boolean isWanted = !held.isUnchanged(at)
                    && (held.contains(at) || !ZeroScan.isZero(part.window().slice(at * cluster, cluster)));
            if (!isWanted && runStart >= 0) {
                writes.add(write(offset, part.window(), held, runStart, at));
                runStart = -1;
            } else if (isWanted && runStart < 0) {
                runStart = at;
            }
        }
        if (runStart >= 0) {
            writes.add(write(offset, part.window(), held, runStart, end));
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> write(long offset, Window window, WindowClusters held, int first, int end) {
        // INVARIANT I-2: runs begin and end at cluster boundaries.
        int from = first * clusterSize.bytes();
        int to = end * clusterSize.bytes();
        writtenClusters.add(held.missing(first, end));
        writtenEnd.accumulate(offset + to);
        return window.lentTo(volume.write(offset + from, window.slice(from, to - from)));
    }
}
