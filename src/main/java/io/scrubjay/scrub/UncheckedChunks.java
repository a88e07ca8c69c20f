// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.engine.EngineException.DeviceFailed;

/**
 * The chunks of one image that a scrub could not read, so that their content is unknown. The scrub goes on after them,
 * and reports them at its end. Thread-safe: guarded by its monitor.
 */
final class UncheckedChunks {
    /** After this many chunks in a row that could not be checked, the pool is assumed to be away. */
    static final int IN_A_ROW_MAX = 64;

    private long count;
    private int inARow;
    private long firstChunk;
    private DeviceFailed first;

    /**
     * Adds a chunk.
     *
     * @throws DeviceFailed this failure, when too many came in a row
     */
    synchronized void add(long chunk, DeviceFailed failure) {
        if (count == 0) {
            firstChunk = chunk;
            first = failure;
        }
        count++;
        inARow++;
        if (inARow >= IN_A_ROW_MAX) {
            throw failure;
        }
    }

    /** Records that a chunk could be checked. */
    synchronized void checked() {
        inARow = 0;
    }

    /**
     * @throws DeviceFailed when there are any; it has the error number of the first one
     */
    synchronized void requireNone() {
        if (count > 0) {
            String chunks = count == 1 ? "chunk " + firstChunk : count + " chunks, the first " + firstChunk;
            throw new DeviceFailed("the check of " + chunks + ": " + first.call(), first.errno(), first);
        }
    }
}
