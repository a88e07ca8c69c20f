// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects leaves in any order and makes the sorted table of them.
 *
 * <p>Thread-safe: the workers of one ingest finish their chunks out of order and each adds its own leaf. One lock
 * guards it, held while 36 bytes are copied, once for every mebibyte hashed; handing leaves to one owner would cost a
 * queue and win nothing.
 */
public final class LeafCollector {
    /** Leaves are collected in pages of 64 chunks, so that a page's occupancy is one word. */
    private static final int PAGE_CHUNKS = Long.SIZE;

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private int count;

    /**
     * Adds the leaf of a chunk that is not zero.
     *
     * @throws IllegalStateException when the chunk has a leaf already: a leaf is never overwritten
     * @throws IllegalArgumentException for a negative chunk, or more than {@link LeafTable#COUNT_MAX} leaves
     */
    public synchronized void add(long chunk, Leaf leaf) {
        if (chunk < 0 || count == LeafTable.COUNT_MAX) {
            throw new IllegalArgumentException(
                    chunk < 0 ? "negative chunk: " + chunk : "more than " + LeafTable.COUNT_MAX + " leaves");
        }
        Page page = pages.computeIfAbsent(chunk / PAGE_CHUNKS, first -> new Page());
        int slot = (int) (chunk % PAGE_CHUNKS);
        if ((page.present & 1L << slot) != 0) {
            throw new IllegalStateException("chunk " + chunk + " has a leaf already");
        }
        page.present |= 1L << slot;
        leaf.putAt(page.leaves, slot * Leaf.BYTES);
        count++;
    }

    /** How many leaves there are so far. */
    public synchronized int count() {
        return count;
    }

    /** The table of all leaves added; the collector is empty afterwards. */
    public synchronized LeafTable finish() {
        byte[] packed = new byte[count * Leaf.BYTES];
        LeafRuns runs = new LeafRuns();
        while (!pages.isEmpty()) {
            // Taken out one by one: a page is garbage as soon as its leaves are in the table.
            Map.Entry<Long, Page> entry = pages.pollFirstEntry();
            long firstChunk = entry.getKey() * PAGE_CHUNKS;
            Page page = entry.getValue();
            for (long left = page.present; left != 0; left &= left - 1) {
                int slot = Long.numberOfTrailingZeros(left);
                page.leaves.get(slot * Leaf.BYTES, packed, runs.leaves() * Leaf.BYTES, Leaf.BYTES);
                runs.addChunk(firstChunk + slot);
            }
        }
        count = 0;
        return runs.table(packed);
    }

    private static final class Page {
        private final ByteBuffer leaves = ByteBuffer.allocate(PAGE_CHUNKS * Leaf.BYTES);
        private long present;
    }
}
