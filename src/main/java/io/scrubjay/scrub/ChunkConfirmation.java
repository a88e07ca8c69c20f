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
 * Reads a suspicious chunk again before it is called damaged: a fault on the way from the medium vanishes, damage on
 * the medium stays.
 *
 * <p>Thread-safe; blocks for the device, and is for workers.
 */
final class ChunkConfirmation {
    /** How many times a chunk is read again. */
    static final int READ_AGAIN = 2;

    /**
     * One for each worker. Not a window: who reads a chunk again must not wait for windows that a walk holds, which
     * waits for this.
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
     * What the chunk really holds.
     *
     * @param first what was seen of it so far, which was wrong
     * @return intact as soon as one reading is, otherwise what the last one showed
     * @throws EngineException when the device does not answer, the pool is away, or the agent cannot get at it: that says
     *     nothing of the chunk
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
        // What is read again counts against the rate, but does not wait: a worker must not.
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
     * Whether the pool is away cannot always be told by the error: SPDK has one for everything. So something else of the same
     * pool is read from the medium, the manifest, which this scrub has read before.
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
