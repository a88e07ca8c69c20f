// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.MemoryBudget;
import org.tukaani.xz.ArrayCache;

/**
 * Gives XZ for Java the arrays for its dictionaries: only as much as the budget of all streams has, and the same array
 * again for each block of a stream. Smaller arrays, of which a stream has a few, are not counted. Confined to one
 * thread.
 */
final class XzDictionaries extends ArrayCache {
    private static final int COUNTED_BYTES_MIN = 1 << 20;
    private static final byte[] NONE = {};

    private final MemoryBudget.Share memory;
    /** What was given back: as long as it is kept, it is counted. */
    private byte[] kept = NONE;

    XzDictionaries(MemoryBudget.Share memory) {
        this.memory = memory;
    }

    @Override
    public byte[] getByteArray(int size, boolean fillWithZeros) {
        if (size < COUNTED_BYTES_MIN) {
            return new byte[size];
        }
        byte[] again = kept;
        kept = NONE;
        if (again.length == size && !fillWithZeros) {
            return again;
        }
        memory.give(again.length);
        memory.take(size);
        return new byte[size];
    }

    @Override
    public void putArray(byte[] array) {
        if (array.length >= COUNTED_BYTES_MIN) {
            memory.give(kept.length);
            kept = array;
        }
    }
}
