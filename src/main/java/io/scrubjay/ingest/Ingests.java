// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.Admission;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowFiller;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.NameTakenException;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Sealer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * All ingests of one agent: admits them up to a limit, and ends them when it is closed.
 *
 * <p>Thread-safe. {@link #begin}, {@link #cancel} and {@link #close} block for the device and are for workers.
 */
public final class Ingests implements AutoCloseable {
    /** How many chunks of one read-back are in progress at once. */
    private static final int READ_BACK_DEPTH = 4;
    /** A manifest has at most this many bytes per chunk; its header fits into the first cluster. */
    private static final int MANIFEST_BYTES_PER_CHUNK = 64;
    /** Shorter than clients wait for a response, and longer than a cleanup takes on any working device. */
    private static final NameHold.Patience PATIENCE =
            new NameHold.Patience(Duration.ofSeconds(2), Duration.ofSeconds(20));

    private final IngestLimits limits;
    private final StorageEngine engine;
    private final ImageCatalog catalog;
    private final NameHolds names;
    private final WindowPool windows;
    private final WindowPool diskWindows;
    private final Admission admission;
    private final IngestThreads threads;
    private final LongSupplier nanoClock;
    private final IngestObserver observer;
    private final IngestRun.Tools tools;
    private final ConcurrentHashMap<Image, Ingest> running = new ConcurrentHashMap<>();
    private final LongAdder readyTotal = new LongAdder();
    private final LongAdder failedTotal = new LongAdder();
    private final LongAdder receivedBytesTotal = new LongAdder();
    private final LongAdder spooledBytesTotal = new LongAdder();

    public Ingests(
            IngestLimits limits,
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog catalog,
            InstantSource clock,
            LongSupplier nanoClock,
            IngestObserver observer) {
        this.limits = limits;
        this.observer = observer;
        this.engine = engine;
        this.catalog = catalog;
        this.names = new NameHolds(catalog, PATIENCE);
        this.nanoClock = nanoClock;
        // INVARIANT I-7: memory is limited to these windows. No ingest waits for a window that another one's disk
        // holds.
        this.windows = new WindowPool(limits.windowBytes(), limits.senderWindows());
        this.diskWindows = new WindowPool(limits.windowBytes(), limits.diskWindows());
        this.admission = new Admission(limits.concurrencyMax());
        this.threads = new IngestThreads();
        this.tools = new IngestRun.Tools(
                engine,
                manifests,
                new Sealer(engine, manifests, new ChunkWalk(windows, threads.workers(), READ_BACK_DEPTH), clock),
                threads.workers(),
                threads.coordinators(),
                Decoders.of(threads.coordinators()),
                clock,
                new Settling(),
                diskWindows,
                limits.diskWindowsEach(),
                limits.virtualSizeMax().bytes());
    }

    /**
     * Admits an ingest; its head is created once its first bytes show their form. Nothing remains of a refused ingest.
     *
     * @throws RefusedException {@code too-large}, {@code malformed-image} for an empty image, {@code image-exists},
     *     {@code busy}, {@code pool-full}, {@code device-failed}
     */
    public Ingest begin(IngestOrder order) {
        requireSize(order);
        Image image = Image.pending(
                order.name(),
                tools.clock().instant(),
                order.expectedBytes(),
                order.expectedDigests().stream().findFirst());
        NameHold hold = names.claim(image);
        try {
            return admit(order, image, hold);
        } catch (RuntimeException refused) {
            catalog.remove(image);
            names.release(image);
            throw told(refused);
        }
    }

    /**
     * Reports the failure to the observer: an upload that the pool refuses has failed, although none of its bytes were
     * taken.
     */
    private RuntimeException told(RuntimeException failure) {
        RuntimeException why = failure instanceof EngineException engines ? RefusedException.because(engines) : failure;
        if (why instanceof RefusedException refused && refused.getCause() instanceof EngineException) {
            observer.refused(refused);
        }
        return why;
    }

    /**
     * Completes when {@link #begin} should be retried after it was refused with {@code image-exists}, because the
     * ingest that had the name has lost its sender and nothing of it is left. The stage fails with {@code taken},
     * within two seconds, when the name stays taken, and with {@code busy} when the cleanup takes more than twenty
     * seconds. Does not block.
     */
    public CompletionStage<Void> released(NameTakenException taken) {
        return names.released(taken);
    }

    private void requireSize(IngestOrder order) {
        long bytes = order.virtualSizeBytes().orElse(order.expectedBytes().orElse(1));
        if (bytes > limits.virtualSizeMax().bytes()) {
            throw new RefusedException(
                    Refusal.TOO_LARGE,
                    "the image has " + new ByteSize(bytes) + " bytes; the limit is " + limits.virtualSizeMax());
        }
        if (bytes == 0 || order.expectedBytes().orElse(1) == 0) {
            throw new RefusedException(Refusal.MALFORMED_IMAGE, "the image is empty; send at least one byte");
        }
        // Only then is the file no longer than its disk; otherwise its first bytes decide.
        if (order.form().isPlain() && order.expectedBytes().orElse(1) > bytes) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the file is larger than the disk size given in 'size'; give a larger 'size', or leave it out");
        }
    }

    private Ingest admit(IngestOrder order, Image image, NameHold hold) {
        long bytes = order.virtualSizeBytes().orElse(order.expectedBytes().orElse(1));
        requireSpace(order, bytes);
        Admission.Slot slot = admission.enter(this::busy);
        try {
            return start(order, image, hold, slot);
        } catch (RuntimeException | Error refused) {
            slot.close();
            throw refused;
        }
    }

    private RefusedException busy(Admission.Denial denial) {
        return switch (denial) {
            case FULL ->
                new RefusedException(
                        Refusal.BUSY,
                        "too many uploads are in progress (limit " + limits.concurrencyMax() + "); try again later");
            case REFUSING -> stopping();
        };
    }

    private static RefusedException stopping() {
        return new RefusedException(Refusal.BUSY, "the agent is stopping");
    }

    /**
     * Requires free space for what every ingest needs. The length of a file says little, since it may be all zeroes and
     * need no space.
     */
    private void requireSpace(IngestOrder order, long lengthBytes) {
        PoolUsage usage = engine.usage();
        long free = Math.multiplyExact(
                usage.freeClusters(), (long) engine.traits().clusterSize().bytes());
        long needed = limits.windowBytes() + new ChunkGrid(lengthBytes).count() * MANIFEST_BYTES_PER_CHUNK;
        if (free < needed) {
            throw new RefusedException(
                    Refusal.POOL_FULL,
                    "the pool is full: " + described(order) + " needs at least " + needed + " bytes, but only " + free
                            + " are free",
                    new EngineException.NoSpace(needed, free));
        }
    }

    private static String described(IngestOrder order) {
        OptionalLong bytes = order.virtualSizeBytes().isPresent() ? order.virtualSizeBytes() : order.expectedBytes();
        return bytes.isPresent() ? "an image of " + bytes.getAsLong() + " bytes" : "an upload";
    }

    private Ingest start(IngestOrder order, Image image, NameHold hold, Admission.Slot slot) {
        Reception reception = new Reception(limits.idleTimeout(), nanoClock);
        WindowFiller filler = new WindowFiller(
                windows, limits.windowsPerIngestMax(), 0, filled -> reception.add(new Reception.Bytes(filled)));
        Ingest ingest = new Ingest(image, hold, filler, reception, bytes -> requireSize(order.expecting(bytes)));
        IngestObserver.Course course = observer.begun(image);
        IngestRun run = new IngestRun(tools, order, image, reception, ingest, course);
        running.put(image, ingest);
        try {
            threads.coordinators().execute(() -> end(ingest, slot, run.run(), course));
            slot.endsWith(ingest.done());
            slot.stopBy(() -> ingest.cancel(stopping()));
            return ingest;
        } catch (RejectedExecutionException stopping) {
            running.remove(image);
            RefusedException refused = new RefusedException(Refusal.BUSY, "the agent is stopping", stopping);
            course.failed(refused);
            course.ended();
            throw refused;
        }
    }

    private void end(
            Ingest ingest, Admission.Slot slot, Optional<RefusedException> refused, IngestObserver.Course course) {
        // ORDER: the slot and the name are free before the sender is told of the end, so that its next ingest finds
        // them free.
        running.remove(ingest.image());
        slot.close();
        names.release(ingest.image());
        receivedBytesTotal.add(ingest.image().receivedBytes());
        spooledBytesTotal.add(ingest.image().spooledBytes());
        (refused.isEmpty() ? readyTotal : failedTotal).increment();
        course.ended();
        refused.ifPresentOrElse(ingest::failed, ingest::succeeded);
    }

    /**
     * Cancels the ingest of an image, and waits until nothing of it is left.
     *
     * @return whether there was one; it may have become ready at the last moment
     */
    public boolean cancel(Image image) {
        Ingest ingest = running.get(image);
        if (ingest == null) {
            return false;
        }
        ingest.cancel(new RefusedException(Refusal.CANCELLED, "the upload was cancelled by deleting its image"));
        try {
            ingest.done().toCompletableFuture().get();
        } catch (ExecutionException ended) {
            // The ingest has ended as requested.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** How many ingests are running. */
    public int runningCount() {
        return running.size();
    }

    /** How many windows are being filled, stored or used to read. */
    public int windowsInUse() {
        return windows.windowsInUse() + diskWindows.windowsInUse();
    }

    public long readyTotal() {
        return readyTotal.sum();
    }

    public long failedTotal() {
        return failedTotal.sum();
    }

    /** Bytes received by ingests that have ended. */
    public long receivedBytesTotal() {
        return receivedBytesTotal.sum();
    }

    /** Bytes that ingests which have ended kept in the pool until their place on the disk was known. */
    public long spooledBytesTotal() {
        return spooledBytesTotal.sum();
    }

    /**
     * The limit on ingests, for stopping the agent. Stopping it makes uploads fail with {@code busy}; one that is about
     * to become ready still may.
     */
    public Admission admission() {
        return admission;
    }

    /** Ends all ingests and waits until nothing of them is left. */
    @Override
    public void close() {
        admission.stop();
        admission.ended().join();
        threads.close();
        tools.settling().close();
    }
}
