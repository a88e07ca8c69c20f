// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads the chunks of a volume that have an allocated cluster, several at a time, and passes each to a visitor. The
 * cost depends on the allocated bytes, not on the length of the volume: a chunk without a cluster is never read.
 *
 * <p>Immutable and thread-safe; a walk blocks its caller, who must not be one of the workers that visit.
 */
public final class ChunkWalk {
    private final WindowPool windows;
    private final Executor workers;
    private final int depthMax;

    /**
     * @param windows where buffers come from; a chunk must fit into one
     * @param workers runs the visits
     * @param depthMax how many chunks may be in progress at once
     */
    public ChunkWalk(WindowPool windows, Executor workers, int depthMax) {
        if (windows.windowBytes() < ChunkGrid.CHUNK_BYTES || depthMax < 1) {
            throw new IllegalArgumentException("a walk needs windows of a chunk at least, and a depth of one");
        }
        this.windows = windows;
        this.workers = workers;
        this.depthMax = depthMax;
    }

    /** Checks the chunks of a walk. Its methods run on workers, several at once and in no order. */
    public interface Visitor {
        /**
         * Called by the walking thread, in order, before a chunk is read; it may block.
         *
         * @return whether to go on; {@code false} ends the walk after the chunks in progress
         */
        default boolean admits(long chunk) {
            return true;
        }

        /** Visits the bytes of a chunk; the last chunk may be shorter. The buffer is valid only during the call. */
        void bytes(long chunk, ByteBuffer bytes);

        /** Called when a chunk could not be read. By default, this failure ends the walk. */
        default void unreadable(long chunk, EngineException failure) {
            throw failure;
        }
    }

    /**
     * Walks all chunks that have an allocated cluster, in ascending order of submission.
     *
     * @param allocated the volume's clusters
     * @param grid the logical length, which may be shorter than the volume
     * @throws RuntimeException the first failure of a visit; no chunk is in progress any more then
     */
    public void walk(Volume volume, ClusterMap allocated, ClusterSize clusterSize, ChunkGrid grid, Visitor visitor) {
        Semaphore depth = new Semaphore(depthMax);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        long chunk = nextChunk(allocated, clusterSize, 0);
        while (chunk >= 0 && chunk < grid.count() && failed.get() == null && visitor.admits(chunk)) {
            depth.acquireUninterruptibly();
            Window window = Stages.await(windows.take());
            CompletableFuture<Void> unused = visit(volume, clusterSize, grid.range(chunk), window, visitor)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            failed.compareAndSet(null, failure);
                        }
                        window.release();
                        depth.release();
                    });
            chunk = nextChunk(allocated, clusterSize, chunk + 1);
        }
        depth.acquireUninterruptibly(depthMax);
        if (failed.get() != null) {
            throw Stages.unwrapped(failed.get());
        }
    }

    private CompletableFuture<Void> visit(
            Volume volume, ClusterSize clusterSize, ByteRange range, Window window, Visitor visitor) {
        long chunk = ChunkGrid.chunkOf(range.offset());
        int length = Math.toIntExact(range.length());
        return read(volume, clusterSize, range, window)
                .handleAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                visitor.bytes(chunk, window.slice(0, length));
                            } else if (Stages.unwrapped(failure) instanceof EngineException known) {
                                visitor.unreadable(chunk, known);
                            } else {
                                throw Stages.unwrapped(failure);
                            }
                            return null;
                        },
                        workers);
    }

    /**
     * Reads one chunk into the beginning of a window, which belongs to the device until the future completes. If the
     * volume refuses the read, the future fails, too.
     *
     * @param range the chunk's bytes; the last chunk may be shorter
     */
    public static CompletableFuture<Void> read(Volume volume, ClusterSize clusterSize, ByteRange range, Window window) {
        int length = readBytes(clusterSize, range);
        try {
            return window.lentTo(volume.read(range.offset(), window.slice(0, length)));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /**
     * How many bytes must be read from a chunk's beginning to get all of it. The last chunk may end inside a block; a
     * volume always ends with a whole cluster.
     *
     * @param range the chunk's bytes; the last chunk may be shorter
     */
    public static int readBytes(ClusterSize clusterSize, ByteRange range) {
        long end = Math.min(clusterSize.roundUp(range.end()), range.offset() + ChunkGrid.CHUNK_BYTES);
        return Math.toIntExact(end - range.offset());
    }

    /**
     * How many logical bytes a walk reads: those of all chunks that have an allocated cluster. The time for this
     * depends on the number of runs of clusters, not of chunks.
     */
    public static long storedBytes(ClusterMap allocated, ClusterSize clusterSize, ChunkGrid grid) {
        long bytes = 0;
        long counted = 0;
        for (ClusterRun run : allocated.runs()) {
            // Two runs may share a chunk; it is counted with the first of them.
            long first = Math.max(counted, ChunkGrid.chunkOf(run.first() * clusterSize.bytes()));
            long end = Math.min(grid.count(), ChunkGrid.chunkOf(run.end() * clusterSize.bytes() - 1) + 1);
            if (first < end) {
                bytes += grid.range(end - 1).end() - first * ChunkGrid.CHUNK_BYTES;
                counted = end;
            }
        }
        return bytes;
    }

    /** The first chunk, from this one on, that shares a byte with an allocated cluster; or {@code -1}. */
    private static long nextChunk(ClusterMap allocated, ClusterSize clusterSize, long chunk) {
        long offset = chunk * ChunkGrid.CHUNK_BYTES;
        long cluster = allocated.nextAllocated(clusterSize.clusterOf(offset));
        return cluster < 0 ? -1 : Math.max(chunk, ChunkGrid.chunkOf(cluster * clusterSize.bytes()));
    }
}
