// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Reads whole chunks of a writable volume, which has no leaves to compare them with. Immutable, thread-safe. */
public final class PlainChunks implements ChunkSource {
    private final Volume volume;
    private final ClusterSize clusterSize;
    private final ChunkGrid grid;
    private final WindowPool windows;
    private final Executor workers;

    public PlainChunks(Volume volume, ClusterSize clusterSize, ChunkGrid grid, WindowPool windows, Executor workers) {
        this.volume = volume;
        this.clusterSize = clusterSize;
        this.grid = grid;
        this.windows = windows;
        this.workers = workers;
    }

    /** Fails with an {@link io.scrubjay.engine.EngineException} when the medium cannot return the chunk. */
    @Override
    public CompletableFuture<Window> read(long chunk) {
        return windows.take()
                .thenComposeAsync(
                        window -> ChunkWalk.read(volume, clusterSize, grid.range(chunk), window)
                                .handle((done, failure) -> {
                                    if (failure != null) {
                                        window.release();
                                        throw Stages.unwrapped(failure);
                                    }
                                    return window;
                                }),
                        workers);
    }
}
