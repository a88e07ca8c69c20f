// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.manifest.LeafTable;

import java.util.Optional;

/**
 * The steps that are needed to return the bytes of a range in order, once or several times over. A chunk is read when
 * it has a leaf or a cluster; any number of neighbouring chunks that have neither make up a single step.
 *
 * <p>Confined to its owner.
 */
final class ContentPlan {
    /** One step. */
    sealed interface Step {}

    /** These bytes are zeroes. */
    record Skip(long lengthBytes) implements Step {}

    /**
     * Read these bytes of a chunk.
     *
     * @param fromBytes the offset of the first byte in the chunk
     * @param lengthBytes the number of bytes
     */
    record Read(long chunk, int fromBytes, int lengthBytes) implements Step {}

    private final LeafTable leaves;
    private final ClusterMap allocated;
    private final ClusterSize clusterSize;
    private final long start;
    private final long end;
    private long position;
    private int passesLeft;

    /**
     * @param range a range inside the image
     * @param allocated the clusters of the snapshot; those under a chunk with a leaf may be missing
     * @param passes how often the bytes of the range are returned, at least once
     */
    ContentPlan(LeafTable leaves, ClusterMap allocated, ClusterSize clusterSize, ByteRange range, int passes) {
        this.leaves = leaves;
        this.allocated = allocated;
        this.clusterSize = clusterSize;
        this.start = range.offset();
        this.end = range.end();
        this.position = start;
        this.passesLeft = passes - 1;
    }

    /** Whether each chunk of this range has a leaf; if so, it does not matter which clusters are allocated. */
    static boolean isCovered(LeafTable leaves, ByteRange range) {
        if (range.isEmpty()) {
            return true;
        }
        long first = ChunkGrid.chunkOf(range.offset());
        long count = ChunkGrid.chunkOf(range.end() - 1) - first + 1;
        LeafTable.Cursor cursor = leaves.cursorFrom(first);
        return cursor.next() && cursor.chunk() == first && cursor.runRemaining() >= count;
    }

    /** The next step, or empty at the end of the last pass. */
    Optional<Step> next() {
        if (position >= end) {
            if (passesLeft == 0) {
                return Optional.empty();
            }
            passesLeft--;
            position = start;
        }
        long chunk = ChunkGrid.chunkOf(position);
        long stored = nextStored(chunk);
        long from = position;
        if (stored > chunk) {
            position = Math.min(end, stored > end / ChunkGrid.CHUNK_BYTES ? end : stored * ChunkGrid.CHUNK_BYTES);
            return Optional.of(new Skip(position - from));
        }
        position = Math.min(end, (chunk + 1) * ChunkGrid.CHUNK_BYTES);
        return Optional.of(new Read(
                chunk, Math.toIntExact(from - chunk * ChunkGrid.CHUNK_BYTES), Math.toIntExact(position - from)));
    }

    /** The first chunk from this one on that has a leaf or shares a byte with an allocated cluster. */
    private long nextStored(long chunk) {
        LeafTable.Cursor cursor = leaves.cursorFrom(chunk);
        long withLeaf = cursor.next() ? cursor.chunk() : Long.MAX_VALUE;
        if (withLeaf == chunk) {
            return chunk;
        }
        long cluster = allocated.nextAllocated(clusterSize.clusterOf(chunk * ChunkGrid.CHUNK_BYTES));
        long withCluster =
                cluster < 0 ? Long.MAX_VALUE : Math.max(chunk, ChunkGrid.chunkOf(cluster * clusterSize.bytes()));
        return Math.min(withLeaf, withCluster);
    }
}
