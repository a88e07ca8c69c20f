// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Lease;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * All writes to volumes that are under way, within their bounds. Thread-safe; {@link #begin} and {@link #close} block for
 * the device and are for workers.
 */
public final class VolumeWrites implements AutoCloseable {
    private static final long CLOSE_PATIENCE_SECONDS = 30;

    private final StorageEngine engine;
    private final VolumeLimits limits;
    private final Semaphore slots;
    private final WindowPool windows;
    private final ExecutorService workers;
    private final Set<VolumeWrite> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    public VolumeWrites(StorageEngine engine, VolumeLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.slots = new Semaphore(limits.writesMax());
        // INVARIANT I-7: so many windows, and no more memory than that. None waits for one that another write holds.
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
        if (closing || !slots.tryAcquire()) {
            throw new RefusedException(
                    Refusal.BUSY,
                    closing
                            ? "the agent is stopping"
                            : "too many writes are in progress (limit " + limits.writesMax() + "); try again later");
        }
        try {
            return admit(volume, range);
        } catch (EngineException failure) {
            slots.release();
            throw VolumeFailures.explain(volume, failure);
        } catch (RuntimeException | Error refused) {
            slots.release();
            throw refused;
        }
    }

    private VolumeWrite admit(NamedVolume volume, ByteRange range) {
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
                slots.release();
            }
        });
        running.add(write);
        CompletionStage<Void> unused = write.done().whenComplete((done, failure) -> running.remove(write));
        return write;
    }

    /** Lets nobody begin any more; what is under way goes on. Does not wait. */
    public void refuse() {
        closing = true;
    }

    /** Completes when those have ended that are under way now, each in its own way; never fails. */
    public CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(running.stream()
                .map(write ->
                        write.done().handle((done, failure) -> failure == null).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Has all fail with {@code busy} whose last byte has not come. Does not wait. */
    public void stop() {
        running.forEach(write -> write.stop(new RefusedException(
                Refusal.BUSY, "the agent is stopping; the beginning of the range may have been written")));
    }

    /** How many writes are under way. */
    public int runningCount() {
        return limits.writesMax() - slots.availablePermits();
    }

    /** How many windows hold bytes on their way in. */
    public int windowsInUse() {
        return windows.windowsInUse();
    }

    /** Lets nobody begin, and waits for those who have; for a while. */
    @Override
    public void close() {
        refuse();
        try {
            if (slots.tryAcquire(limits.writesMax(), CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                slots.release(limits.writesMax());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        workers.shutdown();
    }
}
