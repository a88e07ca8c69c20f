// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ContentDigest;
import io.scrubjay.block.Digest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The leaves of one image, sorted by chunk; chunks without a leaf are zeroes. Immutable.
 *
 * <p>Takes 36 bytes per leaf and 12 per run of neighbouring chunks, always in three arrays. A look-up takes logarithmic
 * time in the number of runs. {@link LeafCollector} builds one.
 */
public final class LeafTable {
    /** The most leaves in one table: 32 TiB of data that are not zero. */
    public static final int COUNT_MAX = 1 << 25;

    private static final Leaf ZERO_CHUNK = zeroLeaf(ChunkGrid.CHUNK_BYTES);
    private static final LeafTable EMPTY = new LeafTable(new long[0], new int[] {0}, new byte[0]);

    /** The first chunk of each run, ascending; between two runs at least one chunk has no leaf. */
    private final long[] runFirst;
    /** The index of each run's first leaf; one entry more than runs, the last is the number of leaves. */
    private final int[] runLeaf;
    /** {@link Leaf#BYTES} for each leaf, in order. */
    private final byte[] packed;

    /**
     * Keeps the arrays, so the caller must not change them. The caller has checked them; only this package builds
     * tables.
     */
    LeafTable(long[] runFirst, int[] runLeaf, byte[] packed) {
        assert runLeaf.length == runFirst.length + 1;
        assert packed.length == (long) runLeaf[runFirst.length] * Leaf.BYTES;
        this.runFirst = runFirst;
        this.runLeaf = runLeaf;
        this.packed = packed;
    }

    /** The table of content that is all zeroes. */
    public static LeafTable empty() {
        return EMPTY;
    }

    /** Number of leaves: chunks that are not zero. */
    public int count() {
        return runLeaf[runFirst.length];
    }

    /** How much memory the leaves and their runs take. */
    public long memoryBytes() {
        return packed.length + (long) (Long.BYTES + Integer.BYTES) * runFirst.length;
    }

    /** The leaf of this chunk, or empty when the chunk is zeroes. */
    public Optional<Leaf> find(long chunk) {
        int run = runOf(chunk);
        if (run < 0 || chunk >= runEnd(run)) {
            return Optional.empty();
        }
        int leaf = runLeaf[run] + (int) (chunk - runFirst[run]);
        return Optional.of(Leaf.at(ByteBuffer.wrap(packed), leaf * Leaf.BYTES));
    }

    /** Starts before the first leaf. */
    public Cursor cursor() {
        return cursorFrom(0);
    }

    /** Starts before the first leaf whose chunk is this one or a later one. */
    public Cursor cursorFrom(long chunk) {
        return new Cursor(chunk);
    }

    /**
     * The content digest of content of this length with these leaves, zero chunks included.
     *
     * @throws IllegalArgumentException when a leaf lies beyond the length
     */
    public Digest contentDigest(long lengthBytes) {
        if (endChunk() > new ChunkGrid(lengthBytes).count()) {
            throw new IllegalArgumentException(
                    "the leaf of chunk " + (endChunk() - 1) + " lies beyond " + lengthBytes + " bytes of content");
        }
        ContentDigest digest = ContentDigest.ofLength(lengthBytes);
        byte[] sha256 = new byte[32];
        for (Cursor cursor = cursor(); cursor.next(); ) {
            digest.zeroChunks(cursor.chunk());
            cursor.copySha256(sha256);
            digest.leaf(sha256);
        }
        return digest.finish();
    }

    /** The first chunk whose leaf is the leaf of zeroes, in content of this length; empty in a valid table. */
    OptionalLong firstZeroChunk(long lengthBytes) {
        ChunkGrid grid = new ChunkGrid(lengthBytes);
        long tail = grid.count() - 1;
        for (Cursor cursor = cursor(); cursor.next(); ) {
            Leaf zeroes =
                    cursor.chunk() == tail ? zeroLeaf((int) grid.range(tail).length()) : ZERO_CHUNK;
            if (cursor.leaf().equals(zeroes)) {
                return OptionalLong.of(cursor.chunk());
            }
        }
        return OptionalLong.empty();
    }

    private static Leaf zeroLeaf(int lengthBytes) {
        return new LeafHasher().leaf(ByteBuffer.allocate(lengthBytes));
    }

    /** The chunk after the last leaf's; 0 without leaves. */
    public long endChunk() {
        return runFirst.length == 0 ? 0 : runEnd(runFirst.length - 1);
    }

    /** Number of runs of neighbouring chunks that have leaves. */
    int runCount() {
        return runFirst.length;
    }

    long runFirstChunk(int run) {
        return runFirst[run];
    }

    int runLength(int run) {
        return runLeaf[run + 1] - runLeaf[run];
    }

    /** Copies bytes of the packed leaves, as they are stored. */
    void copyPacked(int offset, ByteBuffer target, int length) {
        target.put(packed, offset, length);
    }

    int packedBytes() {
        return packed.length;
    }

    private long runEnd(int run) {
        return runFirst[run] + runLength(run);
    }

    /** The last run that starts at or before this chunk, or -1. */
    private int runOf(long chunk) {
        int found = Arrays.binarySearch(runFirst, chunk);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeafTable that
                && Arrays.equals(runFirst, that.runFirst)
                && Arrays.equals(runLeaf, that.runLeaf)
                && Arrays.equals(packed, that.packed);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(runFirst) + Arrays.hashCode(runLeaf);
    }

    @Override
    public String toString() {
        return count() + " leaves in " + runFirst.length + " runs up to chunk " + endChunk();
    }

    /** Walks over the leaves in ascending order without making objects. Confined to one thread. */
    public final class Cursor {
        private final ByteBuffer leaves = ByteBuffer.wrap(packed);
        private int run;
        private int leaf;
        private boolean onLeaf;

        private Cursor(long from) {
            int at = Math.max(0, runOf(from));
            if (at < runFirst.length && from >= runEnd(at)) {
                at++;
            }
            run = at;
            leaf = runLeaf[at] + (at < runFirst.length ? (int) Math.max(0, from - runFirst[at]) : 0);
            leaf--;
        }

        /** Moves to the next leaf; returns false when there is none. */
        public boolean next() {
            if (leaf + 1 >= count()) {
                leaf = count();
                onLeaf = false;
                return false;
            }
            leaf++;
            if (leaf >= runLeaf[run + 1]) {
                run++;
            }
            onLeaf = true;
            return true;
        }

        /** The chunk of the current leaf. */
        public long chunk() {
            return runFirst[run] + (index() - runLeaf[run]);
        }

        /** How many neighbouring chunks have leaves from this one on, itself included. */
        public int runRemaining() {
            return runLeaf[run + 1] - index();
        }

        /** The current leaf, as an object. */
        public Leaf leaf() {
            return Leaf.at(leaves, index() * Leaf.BYTES);
        }

        /** The CRC-32C of the current leaf. */
        public int crc32c() {
            return leaves.getInt(index() * Leaf.BYTES + 32);
        }

        /** Copies the SHA-256 of the current leaf. */
        public void copySha256(byte[] target) {
            leaves.get(index() * Leaf.BYTES, target, 0, 32);
        }

        private int index() {
            if (!onLeaf) {
                throw new NoSuchElementException("not on a leaf");
            }
            return leaf;
        }
    }
}
