// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.MemoryBudget;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A set of clusters of the file. Its memory is in chunks of 4 KiB; a chunk of which all clusters or none are in the set
 * needs no memory. Confined to the reader's thread.
 */
final class ClusterSet {
    /** How many clusters a chunk is for. */
    static final int CHUNK_CLUSTERS = 1 << 15;

    private static final Chunk NONE = new Chunk(0);
    private static final Chunk ALL = new Chunk(0);

    /** The clusters of a chunk, from 0 on. */
    private static final class Chunk {
        private final BitSet clusters;

        Chunk(int count) {
            clusters = new BitSet(count);
        }
    }

    private static final int CHUNK_BYTES = CHUNK_CLUSTERS / Byte.SIZE;

    private final int chunksMax;
    private final MemoryBudget.Share memory;
    private final List<Chunk> chunks = new ArrayList<>();
    private int chunksUsed;

    /** @param memory from which each chunk is taken */
    ClusterSet(int chunksMax, MemoryBudget.Share memory) {
        this.chunksMax = chunksMax;
        this.memory = memory;
    }

    boolean contains(long cluster) {
        int index = Math.toIntExact(cluster / CHUNK_CLUSTERS);
        if (index >= chunks.size()) {
            return false;
        }
        Chunk chunk = chunks.get(index);
        return chunk == ALL || chunk.clusters.get((int) (cluster % CHUNK_CLUSTERS));
    }

    /**
     * Adds the clusters {@code [from, to)}.
     *
     * @return false if that would need too much memory
     */
    boolean add(long from, long to) {
        long at = from;
        while (at < to) {
            long chunkEnd = Math.min(to, (at / CHUNK_CLUSTERS + 1) * CHUNK_CLUSTERS);
            int length = (int) (chunkEnd - at);
            if (!addInChunk(Math.toIntExact(at / CHUNK_CLUSTERS), (int) (at % CHUNK_CLUSTERS), length)) {
                return false;
            }
            at = chunkEnd;
        }
        return true;
    }

    private boolean addInChunk(int index, int from, int length) {
        while (chunks.size() <= index) {
            chunks.add(NONE);
        }
        Chunk chunk = chunks.get(index);
        if (chunk == ALL) {
            return true;
        }
        if (chunk == NONE) {
            if (chunksUsed == chunksMax) {
                return false;
            }
            memory.take(CHUNK_BYTES);
            chunk = new Chunk(CHUNK_CLUSTERS);
            chunks.set(index, chunk);
            chunksUsed++;
        }
        chunk.clusters.set(from, from + length);
        // Most clusters are added in the order of the file, so this is when a chunk becomes full.
        if (from + length == CHUNK_CLUSTERS && chunk.clusters.nextClearBit(0) == CHUNK_CLUSTERS) {
            chunks.set(index, ALL);
            chunksUsed--;
            memory.give(CHUNK_BYTES);
        }
        return true;
    }
}
