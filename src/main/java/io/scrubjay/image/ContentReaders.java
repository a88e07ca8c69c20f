// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.Admission;
import io.scrubjay.flow.PlainChunks;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.flow.VerifiedChunks;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * All readers of images, snapshots and volumes on behalf of clients: admits them up to a limit, and ends them when it
 * is closed.
 *
 * <p>Thread-safe. {@link #open} and {@link #close} block for the device and are for workers.
 */
public final class ContentReaders implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ContentReaders.class);
    private static final int WORKERS_MIN = 2;
    private static final Duration ENTRY_PATIENCE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final ReadLimits limits;
    private final StorageEngine engine;
    private final CommittedManifests manifests;
    private final Suspicion suspicion;
    private final Admission admission;
    private final WindowPool windows;
    private final ExecutorService workers;

    public ContentReaders(ReadLimits limits, StorageEngine engine, CommittedManifests manifests, Suspicion suspicion) {
        this.limits = limits;
        this.engine = engine;
        this.manifests = manifests;
        this.suspicion = suspicion;
        this.admission = new Admission(limits.readersMax());
        this.windows = new WindowPool(
                ChunkGrid.CHUNK_BYTES, Math.multiplyExact(limits.readersMax(), limits.windowsPerReader()));
        this.workers = Executors.newFixedThreadPool(
                Math.max(WORKERS_MIN, Runtime.getRuntime().availableProcessors()), new Named());
    }

    /**
     * Opens a reader for a range of an image. The image cannot be deleted until the reader is closed.
     *
     * @param range not empty, inside the image
     * @throws RefusedException {@code busy} when there are too many readers, {@code image-not-ready},
     *     {@code image-quarantined}, {@code device-failed}
     */
    public ContentReader open(Image image, ByteRange range) {
        return open(image, range, 1);
    }

    /**
     * The same for a client that needs the bytes of the range more than once: the reader returns them so many times,
     * one pass right after the other.
     *
     * @param passes at least 1
     */
    public ContentReader open(Image image, ByteRange range, int passes) {
        Admission.Slot slot = enter();
        try {
            return leased(image, range.offset(), lease -> reader(lease, range, passes, slot));
        } catch (RuntimeException | Error refused) {
            slot.close();
            throw refused;
        }
    }

    /**
     * Opens a reader for a range of a volume, which may be written meanwhile: each byte is one that the volume had at
     * some moment since the call.
     *
     * @param range not empty, inside the volume
     * @param finish runs once no read of this reader is in progress any more; it does not run when this call fails
     * @throws RefusedException {@code busy} when there are too many readers, {@code unreadable} when the image or
     *     snapshot that it reads from has lost some of the range, {@code device-failed}
     */
    public ContentReader openVolume(VolumeName name, ByteRange range, Runnable finish) {
        Admission.Slot slot = enter();
        try {
            return volumeReader(name, range, slot, finish);
        } catch (EngineException failure) {
            slot.close();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error refused) {
            slot.close();
            throw refused;
        }
    }

    private ContentReader volumeReader(VolumeName name, ByteRange range, Admission.Slot slot, Runnable finish) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        Inherited inherited = Inherited.by(name, engine, manifests);
        ClusterMap visible = ClusterChain.visible(engine, name);
        inherited.requireThere(range, visible, clusterSize);
        Volume volume = engine.open(name, Access.READ);
        ChunkGrid grid = new ChunkGrid(volume.sizeBytes());
        ContentReader reader = new ContentReader(
                new ContentPlan(LeafTable.empty(), visible, clusterSize, range, 1),
                new PlainChunks(volume, clusterSize, grid, windows, workers),
                limits.windowsPerReader(),
                (chunk, failure) ->
                        LOG.errorf("%s, chunk %d: %s; its download is cut off", name, chunk, failure.getMessage()),
                () -> onWorker(() -> giveBack(volume, finish, slot)));
        slot.stopBy(reader::close);
        return reader;
    }

    /** A client that reads one range after another must not be refused because its previous reader is just ending. */
    private Admission.Slot enter() {
        return admission.enter(ENTRY_PATIENCE, this::busy);
    }

    private RefusedException busy(Admission.Denial denial) {
        return new RefusedException(
                Refusal.BUSY,
                switch (denial) {
                    case FULL ->
                        "too many downloads are in progress (limit " + limits.readersMax() + "); try again later";
                    case REFUSING -> "the agent is stopping";
                });
    }

    /**
     * Does something with a lease of the image, which it ends only on a failure. A failure that shows damage makes the
     * image suspect.
     */
    private <T> T leased(Image image, long offset, Function<Lease<Image>, T> use) {
        Lease<Image> lease = image.lease();
        try {
            return use.apply(lease);
        } catch (EngineException failure) {
            lease.close();
            if (failure instanceof EngineException.VolumeNotFound) {
                suspicion.suspect(image, ChunkGrid.chunkOf(offset));
            }
            throw RefusedException.because(failure);
        } catch (RuntimeException failure) {
            lease.close();
            if (failure instanceof RefusedException refused && refused.refusal() == Refusal.UNREADABLE) {
                // The manifest is damaged. A scrub finds out how, and quarantines the image.
                suspicion.suspect(image, ChunkGrid.chunkOf(offset));
            }
            throw failure;
        }
    }

    /**
     * Where an image has data, in clusters of any size: all bytes outside of them are zeroes. Blocks; for workers.
     *
     * @throws RefusedException {@code image-not-ready}, {@code image-quarantined}, {@code unreadable},
     *     {@code device-failed}
     */
    public ClusterMap stored(Image image, ClusterSize clusterSize) {
        return leased(image, 0, lease -> {
            Manifest manifest = manifests.of(lease);
            ClusterMap allocated = ClusterChain.visible(engine, image.volume());
            lease.close();
            return StoredClusters.of(manifest, allocated, engine.traits().clusterSize(), clusterSize);
        });
    }

    private ContentReader reader(Lease<Image> lease, ByteRange range, int passes, Admission.Slot slot) {
        Image image = lease.leased();
        Manifest manifest = manifests.of(lease);
        ChunkGrid grid = new ChunkGrid(manifest.lengthBytes());
        if (range.isEmpty() || range.end() > grid.lengthBytes()) {
            throw new IllegalArgumentException(range + " of an image of " + grid.lengthBytes() + " bytes");
        }
        LeafTable leaves = manifest.leaves();
        ClusterMap allocated = ContentPlan.isCovered(leaves, range)
                ? ClusterMap.empty()
                : ClusterChain.visible(engine, image.volume());
        Volume volume = engine.open(image.volume(), Access.READ);
        ContentReader reader = new ContentReader(
                new ContentPlan(leaves, allocated, engine.traits().clusterSize(), range, passes),
                new VerifiedChunks(volume, engine.traits().clusterSize(), grid, leaves, windows, workers),
                limits.windowsPerReader(),
                (chunk, failure) -> damaged(image, chunk, failure),
                () -> onWorker(() -> giveBack(volume, lease::close, slot)));
        slot.stopBy(reader::close);
        return reader;
    }

    private void damaged(Image image, long chunk, RuntimeException failure) {
        LOG.errorf("%s, chunk %d: %s; its download is cut off", image, chunk, failure.getMessage());
        if (failure instanceof SuspectChunk || failure instanceof EngineException) {
            suspicion.suspect(image, chunk);
        }
    }

    private void onWorker(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException stopping) {
            task.run();
        }
    }

    /** Releases the resources of a reader. */
    private static void giveBack(Volume volume, Runnable finish, Admission.Slot slot) {
        try {
            volume.close();
        } catch (EngineException.DeviceStalled underWay) {
            // The engine closes the handle once the device has answered.
            LOG.warnf("a volume that a download has finished reading is closed later: %s", underWay.getMessage());
        } finally {
            finish.run();
            slot.close();
        }
    }

    /** Checks what is read before it is sent; also for what else has to be done with it, if that does not wait. */
    public Executor workers() {
        return workers;
    }

    /** How many readers there are. */
    public int runningCount() {
        return admission.takenCount();
    }

    /** How many windows hold bytes that are being sent. */
    public int windowsInUse() {
        return windows.windowsInUse();
    }

    /** The limit on readers, for stopping the agent. Stopping it closes all readers. */
    public Admission admission() {
        return admission;
    }

    /** Ends all readers and waits until none of their reads is in progress. */
    @Override
    public void close() {
        admission.stop();
        if (!admission.endsWithin(CLOSE_PATIENCE)) {
            LOG.warn("stopping: an image is still being read after " + CLOSE_PATIENCE.toSeconds()
                    + " s; the agent stops anyway");
        }
        workers.shutdown();
    }

    private static final class Named implements ThreadFactory {
        private final AtomicInteger next = new AtomicInteger(1);

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "scrubjay-read-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
