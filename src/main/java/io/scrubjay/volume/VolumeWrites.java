// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.Admission;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Lease;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.Duration;
import java.util.concurrent.ExecutorService;

/**
 * All writes to volumes that are in progress, up to their limit. Thread-safe; {@link #begin} and {@link #close} block
 * for the device and are for workers.
 */
public final class VolumeWrites implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final StorageEngine engine;
    private final VolumeLimits limits;
    private final Admission admission;
    private final WindowPool windows;
    private final ExecutorService workers;

    public VolumeWrites(StorageEngine engine, VolumeLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.admission = new Admission(limits.writesMax());
        // INVARIANT I-7: memory is limited to these windows. No write waits for a window that another write holds.
        this.windows = new WindowPool(
                WindowPool.windowBytesFor(engine.traits().clusterSize()),
                Math.multiplyExact(limits.writesMax(), limits.windowsPerWrite()));
        this.workers = VolumeThreads.workers("scrubjay-volume-write-");
    }

    /**
     * Admits a write.
     *
     * @param range not empty
     * @throws RefusedException {@code range-not-satisfiable} when it goes beyond the volume's end, {@code busy}, {@code
     *     volume-in-use}, {@code device-failed}
     */
    public VolumeWrite begin(NamedVolume volume, ByteRange range) {
        Admission.Slot slot = admission.enter(this::busy);
        try {
            return begin(volume, range, slot);
        } catch (EngineException failure) {
            slot.close();
            throw VolumeFailures.explain(volume, failure);
        } catch (RuntimeException | Error refused) {
            slot.close();
            throw refused;
        }
    }

    private RefusedException busy(Admission.Denial denial) {
        return new RefusedException(
                Refusal.BUSY,
                switch (denial) {
                    case FULL -> "too many writes are in progress (limit " + limits.writesMax() + "); try again later";
                    case REFUSING -> "the agent is stopping";
                });
    }

    private VolumeWrite begin(NamedVolume volume, ByteRange range, Admission.Slot slot) {
        Lease<NamedVolume> lease = volume.lease();
        try {
            long sizeBytes = VolumeFailures.stored(engine, volume).sizeBytes();
            if (range.end() > sizeBytes) {
                throw new RefusedException(
                        Refusal.RANGE_NOT_SATISFIABLE,
                        volume + " has " + sizeBytes + " bytes, but the range ends at byte " + range.end()
                                + "; grow the volume first, or write less");
            }
            volume.turns().enter();
        } catch (RuntimeException | Error refused) {
            lease.close();
            throw refused;
        }
        VolumeWrite write = new VolumeWrite(volume, range, windows, limits.windowsPerWrite(), workers, () -> {
            try {
                volume.turns().leave();
            } finally {
                lease.close();
                slot.close();
            }
        });
        slot.endsWith(write.done());
        slot.stopBy(() -> write.stop(new RefusedException(
                Refusal.BUSY, "the agent is stopping; the beginning of the range may have been written")));
        return write;
    }

    /**
     * The limit on writes, for stopping the agent. Stopping it makes writes fail with {@code busy} whose last byte has
     * not been received.
     */
    public Admission admission() {
        return admission;
    }

    /** How many writes are in progress. */
    public int runningCount() {
        return admission.takenCount();
    }

    /** How many windows hold bytes that are to be written. */
    public int windowsInUse() {
        return windows.windowsInUse();
    }

    /** Admits no more writes, and waits a while for those in progress. */
    @Override
    public void close() {
        admission.refuse();
        boolean unused = admission.endsWithin(CLOSE_PATIENCE);
        workers.shutdown();
    }
}
