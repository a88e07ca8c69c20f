// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.Arrays;

/** Runs of neighbouring chunks, collected in ascending order. Confined to one thread. */
final class LeafRuns {
    private long[] first = new long[4];
    private int[] leaf = new int[5];
    private int runs;
    private int leaves;
    private long endChunk;

    /** Adds one chunk; it extends the last run if it follows directly. */
    void addChunk(long chunk) {
        if (runs > 0 && chunk == endChunk) {
            leaves++;
            leaf[runs] = leaves;
            endChunk++;
        } else {
            addRun(chunk, 1);
        }
    }

    /** Adds a run that does not touch the last one. */
    void addRun(long firstChunk, int count) {
        assert count > 0 && (runs == 0 ? firstChunk >= 0 : firstChunk > endChunk) : firstChunk + "+" + count;
        if (runs == first.length) {
            first = Arrays.copyOf(first, runs * 2);
            leaf = Arrays.copyOf(leaf, runs * 2 + 1);
        }
        first[runs] = firstChunk;
        runs++;
        leaves += count;
        leaf[runs] = leaves;
        endChunk = firstChunk + count;
    }

    int runs() {
        return runs;
    }

    int leaves() {
        return leaves;
    }

    /** The chunk after the last run's; 0 without runs. */
    long endChunk() {
        return endChunk;
    }

    /**
     * The table with these leaves, one for each chunk of the runs. The table keeps the array, so the caller must not
     * change it.
     */
    LeafTable table(byte[] packed) {
        return new LeafTable(Arrays.copyOf(first, runs), Arrays.copyOf(leaf, runs + 1), packed);
    }
}
