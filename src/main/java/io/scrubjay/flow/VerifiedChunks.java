// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafTable;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;

/**
 * Reads whole chunks of one volume and returns only those that match their leaf: by CRC-32C, which costs next to
 * nothing, or, without a leaf, by being zeroes. A chunk that does not match is read again up to twice, since a bad
 * transfer goes away and a bad medium does not.
 *
 * <p>Immutable and thread-safe. Reads are neither submitted nor checked on the caller's thread.
 */
public final class VerifiedChunks implements ChunkSource {
    /** How often a chunk is read again before it is suspect. */
    private static final int AGAIN_MAX = 2;

    private final Volume volume;
    private final ClusterSize clusterSize;
    private final ChunkGrid grid;
    private final LeafTable leaves;
    private final WindowPool windows;
    private final Executor workers;

    public VerifiedChunks(
            Volume volume,
            ClusterSize clusterSize,
            ChunkGrid grid,
            LeafTable leaves,
            WindowPool windows,
            Executor workers) {
        this.volume = volume;
        this.clusterSize = clusterSize;
        this.grid = grid;
        this.leaves = leaves;
        this.windows = windows;
        this.workers = workers;
    }

    /**
     * Reads one chunk into a window, from its beginning on; the caller must release the window.
     *
     * <p>Fails with {@link SuspectChunk}, or with an {@link EngineException} when the medium cannot return the chunk.
     */
    @Override
    public CompletableFuture<Window> read(long chunk) {
        return windows.take()
                .thenComposeAsync(
                        window -> attempt(chunk, window, AGAIN_MAX).handle((done, failure) -> {
                            if (failure != null) {
                                window.release();
                                throw Stages.unwrapped(failure);
                            }
                            return window;
                        }),
                        workers);
    }

    private CompletionStage<Void> attempt(long chunk, Window window, int againLeft) {
        return ChunkWalk.read(volume, clusterSize, grid.range(chunk), window)
                .handleAsync((done, failure) -> failureOf(chunk, window, failure), workers)
                .thenCompose(failure -> {
                    if (failure.isEmpty()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return againLeft > 0 && isWorthAnother(failure.get())
                            ? attempt(chunk, window, againLeft - 1)
                            : CompletableFuture.failedFuture(failure.get());
                });
    }

    private static boolean isWorthAnother(RuntimeException failure) {
        return failure instanceof SuspectChunk || (failure instanceof EngineException known && known.isRetryable());
    }

    private Optional<RuntimeException> failureOf(long chunk, Window window, Throwable readFailure) {
        if (readFailure != null) {
            return Optional.of(Stages.unwrapped(readFailure));
        }
        ByteBuffer bytes = window.slice(0, Math.toIntExact(grid.range(chunk).length()));
        boolean asStored = leaves.find(chunk)
                .map(Leaf::crc32c)
                .map(expected -> expected == crc32c(bytes))
                .orElseGet(() -> ZeroScan.isZero(bytes));
        return asStored ? Optional.empty() : Optional.of(new SuspectChunk(chunk));
    }

    private static int crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
