// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.PoolName;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;

/**
 * Reads a suspicious chunk again before it is called damaged: an error on the way from the medium disappears, but
 * damage on the medium stays.
 *
 * <p>Thread-safe; blocks for the device, and is for workers.
 */
final class ChunkConfirmation {
    /** How many times a chunk is read again. */
    static final int READ_AGAIN = 2;

    /**
     * A buffer for each worker. It is not a window: re-reading a chunk must not wait for windows held by a walk that
     * waits for the re-read.
     */
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> AlignedBuffer.allocate(ChunkGrid.CHUNK_BYTES));

    private static final Logger LOG = Logger.getLogger(ChunkConfirmation.class);

    private final ScrubTools tools;
    private final ScrubRun run;
    private final Volume volume;
    private final ChunkGrid grid;
    private final ChunkComparison comparison;
    private final ClusterSize clusterSize;

    ChunkConfirmation(ScrubTools tools, ScrubRun run, Volume volume, ChunkGrid grid, ChunkComparison comparison) {
        this.tools = tools;
        this.run = run;
        this.volume = volume;
        this.grid = grid;
        this.comparison = comparison;
        this.clusterSize = tools.engine().traits().clusterSize();
    }

    /**
     * Reads the chunk again to find out whether it is really wrong.
     *
     * @param first the first reading, which was wrong
     * @return intact as soon as one reading is, otherwise the last reading
     * @throws EngineException when the device does not answer, the pool is away, or the agent cannot access it, which
     *     says nothing about the chunk
     */
    Reading confirm(long chunk, Reading first) {
        Reading last = first;
        for (int attempt = 0; attempt < READ_AGAIN; attempt++) {
            last = readAgain(chunk);
            if (last.isIntact()) {
                run.transientMismatch();
                tools.totals().transientMismatch();
                return last;
            }
        }
        return last;
    }

    private Reading readAgain(long chunk) {
        ByteRange range = grid.range(chunk);
        // A re-read counts against the rate limit, but does not wait for it, since a worker must not wait.
        tools.pace().charge(range.length());
        tools.totals().read(range.length());
        ByteBuffer buffer = BUFFER.get();
        try {
            Stages.await(volume.read(range.offset(), buffer.slice(0, ChunkWalk.readBytes(clusterSize, range))));
            return comparison.compare(chunk, buffer.slice(0, Math.toIntExact(range.length())));
        } catch (EngineException.DeviceStalled stalled) {
            // The device may still write into this buffer, so nobody else may have it.
            BUFFER.remove();
            throw stalled;
        } catch (EngineException unreadable) {
            if (unreadable instanceof EngineException.DeviceFailed failed && !failed.mayBeTheMedium()) {
                throw failed;
            }
            requirePool();
            return Reading.UNREADABLE;
        }
    }

    /**
     * Makes sure that the pool is not away. The error does not always tell: SPDK has the same one for everything. So
     * this reads something else of the same pool from the medium: the manifest, which this scrub has read before.
     *
     * @throws EngineException when the pool is away
     */
    private void requirePool() {
        tools.engine().find(volume.name());
        ImageId id = PoolName.imageOf(volume.name()).orElseThrow();
        try {
            tools.manifests().header(id);
        } catch (EngineException.VolumeNotFound | ManifestDamaged answered) {
            LOG.debugf(answered, "the pool can be read, but not the manifest of %s", volume.name());
        }
    }
}
