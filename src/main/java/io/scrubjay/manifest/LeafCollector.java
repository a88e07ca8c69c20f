// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects leaves in any order and builds a sorted table of them.
 *
 * <p>Thread-safe: the workers of one ingest finish their chunks out of order and each adds its own leaf. One lock
 * guards it. It is taken once for every mebibyte hashed, for as long as it takes to copy 36 bytes and move a few
 * others; passing leaves to one owner instead would need a queue and save nothing.
 */
public final class LeafCollector {
    /** Leaves are collected in pages of 64 chunks, so that a page's occupancy is one word. */
    private static final int PAGE_CHUNKS = Long.SIZE;

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private int count;

    /**
     * Adds the leaf of a chunk that is not zero.
     *
     * @throws IllegalStateException when the chunk already has a leaf
     * @throws IllegalArgumentException for a negative chunk, or more than {@link LeafTable#COUNT_MAX} leaves
     */
    public synchronized void add(long chunk, Leaf leaf) {
        if (chunk < 0 || count == LeafTable.COUNT_MAX) {
            throw new IllegalArgumentException(
                    chunk < 0 ? "negative chunk: " + chunk : "more than " + LeafTable.COUNT_MAX + " leaves");
        }
        Page page = pages.computeIfAbsent(chunk / PAGE_CHUNKS, first -> new Page());
        if (!page.add((int) (chunk % PAGE_CHUNKS), leaf)) {
            throw new IllegalStateException("chunk " + chunk + " has a leaf already");
        }
        count++;
    }

    /**
     * Sets the leaf of a chunk that is not zero and whose bytes are written again; the chunk may have had a leaf.
     *
     * @throws IllegalArgumentException as {@link #add}
     */
    public synchronized void put(long chunk, Leaf leaf) {
        Page page = pages.get(chunk / PAGE_CHUNKS);
        if (page == null || !page.replace((int) (chunk % PAGE_CHUNKS), leaf)) {
            add(chunk, leaf);
        }
    }

    /** The leaf of this chunk; empty when none was added, as for a chunk of zeroes. */
    public synchronized Optional<Leaf> find(long chunk) {
        return Optional.ofNullable(pages.get(chunk / PAGE_CHUNKS))
                .flatMap(page -> page.find((int) (chunk % PAGE_CHUNKS)));
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
            // Pages are removed one by one, so that each can be garbage-collected once its leaves are in the table.
            Map.Entry<Long, Page> entry = pages.pollFirstEntry();
            long firstChunk = entry.getKey() * PAGE_CHUNKS;
            Page page = entry.getValue();
            System.arraycopy(page.leaves, 0, packed, runs.leaves() * Leaf.BYTES, page.count() * Leaf.BYTES);
            for (long left = page.present; left != 0; left &= left - 1) {
                runs.addChunk(firstChunk + Long.numberOfTrailingZeros(left));
            }
        }
        count = 0;
        return runs.table(packed);
    }

    /**
     * Reserves room for at most twice as many leaves as it has, since data may be scattered over an image of many
     * tebibytes.
     */
    private static final class Page {
        private byte[] leaves = new byte[Leaf.BYTES];
        private long present;

        private int count() {
            return Long.bitCount(present);
        }

        private boolean has(int slot) {
            return (present & 1L << slot) != 0;
        }

        /** Where the leaf of this slot is, or belongs. */
        private int index(int slot) {
            return Long.bitCount(present & (1L << slot) - 1) * Leaf.BYTES;
        }

        private Optional<Leaf> find(int slot) {
            return has(slot) ? Optional.of(Leaf.at(ByteBuffer.wrap(leaves), index(slot))) : Optional.empty();
        }

        /** Overwrites a leaf; returns false when the slot has none. */
        private boolean replace(int slot, Leaf leaf) {
            if (has(slot)) {
                leaf.putAt(ByteBuffer.wrap(leaves), index(slot));
            }
            return has(slot);
        }

        /** Inserts a leaf in order; returns false when the slot already has one. */
        private boolean add(int slot, Leaf leaf) {
            if (has(slot)) {
                return false;
            }
            int from = index(slot);
            int end = count() * Leaf.BYTES;
            if (end == leaves.length) {
                leaves = Arrays.copyOf(leaves, 2 * end);
            }
            System.arraycopy(leaves, from, leaves, from + Leaf.BYTES, end - from);
            leaf.putAt(ByteBuffer.wrap(leaves), from);
            present |= 1L << slot;
            return true;
        }
    }
}
