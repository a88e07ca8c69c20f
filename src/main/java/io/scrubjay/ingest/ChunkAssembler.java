// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Head;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBytes;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Writes the bytes of a disk into a head: creates the head when the size of the disk is known, and makes workers store
 * the data, window by window. This is the half of an ingest that handles the disk; it knows neither the stream nor its
 * sender. Confined to the coordinator.
 *
 * <p>Takes windows in any order. A piece must fill its window as it is on the disk: from the beginning of the window to
 * its end, or to the end of the disk. It is stored from there, without another copy and without a read.
 */
final class ChunkAssembler implements DiskSink, AutoCloseable {
    /**
     * The content of the head.
     *
     * @param lengthBytes the disk's length
     * @param leaves the leaves of all chunks that have data
     * @param footprint the space that was written
     */
    record Disk(long lengthBytes, LeafTable leaves, Footprint footprint) {}

    private record Begun(Head head, WindowStore store) {}

    /**
     * The last piece of data, which is retained: only at the end of the disk is it known how many zeroes its last chunk
     * ends with.
     */
    private record Tail(DiskOffset at, WindowPart part) {}

    private final StorageEngine engine;
    private final Executor workers;
    private final long lengthMax;
    private final ImageId id;
    private final Consumer<Throwable> whenStoreFails;
    private final LeafCollector leaves = new LeafCollector();
    private final Semaphore idleStores = new Semaphore(Integer.MAX_VALUE);
    private final AtomicReference<Throwable> storeFailure = new AtomicReference<>();
    private Optional<Begun> begun = Optional.empty();
    private Optional<Tail> tail = Optional.empty();

    /**
     * Prepares for writing a head; does no I/O.
     *
     * @param lengthMax the most bytes that a disk may have
     * @param whenStoreFails called for the first window that could not be stored, on the worker that tried
     */
    ChunkAssembler(
            StorageEngine engine, Executor workers, long lengthMax, ImageId id, Consumer<Throwable> whenStoreFails) {
        this.engine = engine;
        this.workers = workers;
        this.lengthMax = lengthMax;
        this.id = id;
        this.whenStoreFails = whenStoreFails;
    }

    @Override
    public void begin(long sizeBytes) {
        requireLength(sizeBytes);
        Head head = Head.create(engine, id, sizeBytes);
        begun = Optional.of(
                new Begun(head, new WindowStore(head.volume(), engine.traits().clusterSize(), leaves)));
    }

    @Override
    public void data(DiskOffset at, LentBytes bytes) {
        requireStored();
        DiskOffset end = at.plus(bytes.length());
        requireLength(end.bytes());
        WindowPart part = inItsWindow(at, bytes);
        begun.orElseThrow().head().reach(end.bytes());
        part.window().retain(1);
        if (part.isWhole()) {
            store(at, part, end.bytes());
        } else {
            tail = Optional.of(new Tail(at, part));
        }
    }

    @Override
    public void zeroes(DiskOffset at, long length) {
        // Parts that are not written read as zeroes.
        requireLength(at.plus(length).bytes());
    }

    private void requireLength(long endBytes) {
        if (endBytes > lengthMax) {
            throw new RefusedException(
                    Refusal.TOO_LARGE, "the disk has more than " + lengthMax + " bytes, the limit for an image");
        }
    }

    private WindowPart inItsWindow(DiskOffset at, LentBytes bytes) {
        if (bytes instanceof WindowPart part
                && part.start() == 0
                && at.bytes() % part.window().bytes().capacity() == 0
                && (part.isWhole() || tail.isEmpty())) {
            return part;
        }
        throw new IllegalArgumentException(
                bytes.length() + " bytes of the disk at " + at.bytes() + " do not lie in a window as on the disk");
    }

    /** Makes a worker store a window, which is already retained, and release it. */
    private void store(DiskOffset at, WindowPart held, long diskBytes) {
        WindowStore store = begun.orElseThrow().store();
        idleStores.acquireUninterruptibly();
        CompletableFuture<Void> unused = CompletableFuture.completedFuture(held)
                .thenComposeAsync(part -> store.store(at, part, diskBytes), workers)
                .whenComplete((stored, failure) -> {
                    if (failure != null && storeFailure.compareAndSet(null, failure)) {
                        whenStoreFails.accept(failure);
                    }
                    held.window().release();
                    idleStores.release();
                });
    }

    /**
     * Waits until everything that was taken is stored, except for a last piece that does not fill its window.
     *
     * @throws RuntimeException the first failure of storing
     */
    void awaitStored() {
        awaitStores();
        requireStored();
    }

    /**
     * Stores the rest of a disk of this length, and waits until the head has all of it.
     *
     * @throws RuntimeException the first failure of storing
     */
    Disk finish(long lengthBytes) {
        tail.ifPresent(last -> store(last.at(), last.part(), lengthBytes));
        tail = Optional.empty();
        awaitStored();
        Begun all = begun.orElseThrow();
        all.head().reach(lengthBytes);
        return new Disk(lengthBytes, leaves.finish(), all.store().footprint(lengthBytes));
    }

    /** The head, once it has been created; the owner of this object closes or seals the head. */
    Optional<Head> head() {
        return begun.map(Begun::head);
    }

    private void requireStored() {
        if (storeFailure.get() != null) {
            throw Stages.unwrapped(storeFailure.get());
        }
    }

    private void awaitStores() {
        idleStores.acquireUninterruptibly(Integer.MAX_VALUE);
        idleStores.release(Integer.MAX_VALUE);
    }

    /**
     * Waits until nothing is in progress any more: no worker touches the head or a window afterwards. The head stays
     * open.
     */
    @Override
    public void close() {
        awaitStores();
        tail.ifPresent(unused -> unused.part().window().release());
        tail = Optional.empty();
    }
}
