// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.Uncompressed;

import java.util.concurrent.Executor;

/** Makes decompressors, and limits the memory that all of them use at once (I-7). Thread-safe. */
public final class Decompressors {
    /** zstd's dictionaries are outside the heap. One of the largest, and a few of the usual 8 MiB, fit at once. */
    private static final long OUTSIDE_BYTES_MAX = 192L << 20;

    private static final String PURPOSE = "decompressing this file";

    private final Executor threads;
    private final MemoryBudget outside;
    private final MemoryBudget heap;

    /**
     * @param threads the threads that decode xz, one for each such stream while it is decoded
     * @param heap for the dictionaries that are in the heap: those of xz
     */
    public Decompressors(Executor threads, MemoryBudget heap) {
        this(threads, OUTSIDE_BYTES_MAX, heap);
    }

    Decompressors(Executor threads, long outsideBytesMax, MemoryBudget heap) {
        this.threads = threads;
        this.outside = new MemoryBudget(outsideBytesMax);
        this.heap = heap;
    }

    /** A decompressor for one stream; the caller closes it. */
    public Decompressor open(Compression compression) {
        return switch (compression) {
            case NONE -> new Uncompressed();
            case GZIP -> new GzipDecompressor();
            case XZ -> new XzDecompressor(threads, heap.share(PURPOSE));
            case ZSTD -> new ZstdDecompressor(outside.share(PURPOSE));
        };
    }
}
