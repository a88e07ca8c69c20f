package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.image.ChunkWalk;
import io.scrubjay.image.Window;

/**
 * Reads a suspicious chunk again before it is called damaged: a fault on the way from the medium vanishes, damage on
 * the medium stays.
 *
 * <p>Thread-safe; blocks for the device, and is for workers.
 */
final class ChunkConfirmation {
    /** How many times a chunk is read again. */
    static final int READ_AGAIN = 2;

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
        tools.gate().charge(range.length());
        tools.totals().read(range.length());
        // The pool has a window for each worker beyond those of the walk, so this wait ends.
        Window window = Stages.await(tools.windows().take());
        try {
            Stages.await(ChunkWalk.read(volume, clusterSize, range, window));
            return comparison.compare(chunk, window.slice(0, Math.toIntExact(range.length())));
        } catch (EngineException unreadable) {
            return Reading.UNREADABLE;
        } finally {
            window.release();
        }
    }
}
