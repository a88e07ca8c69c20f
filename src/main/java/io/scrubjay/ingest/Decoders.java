// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.packed.Decompressors;

import java.util.concurrent.Executor;

/**
 * What the decoding of all uploads shares.
 *
 * @param decompressors makes a decompressor for each stream
 * @param heap the memory in the heap for dictionaries of xz and for reading qcow2 files
 */
record Decoders(Decompressors decompressors, MemoryBudget heap) {
    /** A third holds the dictionary of {@code xz -9}, 64 MiB, in a heap of 256 MiB. */
    private static final int HEAP_SHARE = 3;

    /** @param threads the threads that decode xz */
    static Decoders of(Executor threads) {
        MemoryBudget heap = new MemoryBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        return new Decoders(new Decompressors(threads, heap), heap);
    }
}
