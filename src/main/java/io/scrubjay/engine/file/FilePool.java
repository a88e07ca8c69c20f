// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The options of a file pool.
 *
 * @param path the pool's directory: absent, empty, or an existing pool
 * @param clusterSize the allocation unit of a new pool; an existing pool keeps its own
 * @param ioThreads how many threads read and write, 1 to 64
 * @param queueDepthMax how many operations one volume may have in progress, 1 to 1024; a caller beyond that waits
 */
public record FilePool(Path path, ClusterSize clusterSize, int ioThreads, int queueDepthMax) {
    private static final ClusterSize CLUSTER_SIZE = new ClusterSize(64 << 10);
    private static final int IO_THREADS = 4;
    private static final int IO_THREADS_MAX = 64;
    private static final int QUEUE_DEPTH_MAX = 32;
    private static final int QUEUE_DEPTH_LIMIT = 1024;

    public FilePool {
        Objects.requireNonNull(path);
        Objects.requireNonNull(clusterSize);
        if (ioThreads < 1 || ioThreads > IO_THREADS_MAX) {
            throw new IllegalArgumentException("io-threads must be 1 to " + IO_THREADS_MAX + ", not " + ioThreads);
        }
        if (queueDepthMax < 1 || queueDepthMax > QUEUE_DEPTH_LIMIT) {
            throw new IllegalArgumentException("a queue depth of 1 to " + QUEUE_DEPTH_LIMIT + ", not " + queueDepthMax);
        }
    }

    /** The pool in this directory: clusters of 64 KiB if it is new, four I/O threads, queue depth 32. */
    public static FilePool at(Path path) {
        return new FilePool(path, CLUSTER_SIZE, IO_THREADS, QUEUE_DEPTH_MAX);
    }

    public FilePool withClusterSize(ClusterSize size) {
        return new FilePool(path, size, ioThreads, queueDepthMax);
    }

    public FilePool withIoThreads(int threads) {
        return new FilePool(path, clusterSize, threads, queueDepthMax);
    }

    public FilePool withQueueDepthMax(int depthMax) {
        return new FilePool(path, clusterSize, ioThreads, depthMax);
    }
}
