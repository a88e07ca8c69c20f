// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.Uncompressed;

import java.util.concurrent.Executor;

/** Makes decompressors, and limits the memory that all of them use at once (I-7). Thread-safe. */
public final class Decompressors {
    /** zstd's dictionaries are outside the heap. One of the largest, and a few of the usual 8 MiB, fit at once. */
    private static final long OUTSIDE_BYTES_MAX = 192L << 20;
    /** xz' dictionaries are in the heap: its third holds one of 64 MiB ({@code xz -9}) in a heap of 256 MiB. */
    private static final int HEAP_SHARE = 3;

    private final Executor threads;
    private final DictionaryBudget outside;
    private final DictionaryBudget heap;

    /** @param threads the threads that decode xz, one for each such stream while it is decoded */
    public Decompressors(Executor threads) {
        this(threads, OUTSIDE_BYTES_MAX, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    Decompressors(Executor threads, long outsideBytesMax, long heapBytesMax) {
        this.threads = threads;
        this.outside = new DictionaryBudget(outsideBytesMax);
        this.heap = new DictionaryBudget(heapBytesMax);
    }

    /** A decompressor for one stream; the caller closes it. */
    public Decompressor open(Compression compression) {
        return switch (compression) {
            case NONE -> new Uncompressed();
            case GZIP -> new GzipDecompressor();
            case XZ -> new XzDecompressor(threads, heap.share());
            case ZSTD -> new ZstdDecompressor(outside.share());
        };
    }
}
