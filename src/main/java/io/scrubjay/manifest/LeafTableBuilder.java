package io.scrubjay.manifest;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Packs leaves that come in ascending order. Confined to one thread; the number of leaves is known beforehand. */
final class LeafTableBuilder {
    private final byte[] packed;
    private long[] runFirst = new long[4];
    private int[] runLeaf = new int[5];
    private int runs;
    private int leaves;
    private long nextChunk;

    LeafTableBuilder(int count) {
        packed = new byte[Math.multiplyExact(count, Leaf.BYTES)];
    }

    /** Adds the leaf that lies at this index of the source. */
    void add(long chunk, ByteBuffer source, int index) {
        assert chunk >= nextChunk : chunk + " after " + nextChunk;
        if (runs == 0 || chunk != nextChunk) {
            startRun(chunk);
        }
        source.get(index, packed, leaves * Leaf.BYTES, Leaf.BYTES);
        leaves++;
        nextChunk = chunk + 1;
    }

    LeafTable build() {
        runLeaf[runs] = leaves;
        return new LeafTable(Arrays.copyOf(runFirst, runs), Arrays.copyOf(runLeaf, runs + 1), packed);
    }

    private void startRun(long chunk) {
        if (runs == runFirst.length) {
            runFirst = Arrays.copyOf(runFirst, runs * 2);
            runLeaf = Arrays.copyOf(runLeaf, runs * 2 + 1);
        }
        runFirst[runs] = chunk;
        runLeaf[runs] = leaves;
        runs++;
    }
}
