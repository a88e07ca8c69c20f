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
 * Makes a head of the bytes of a disk: creates it when the disk's size is known, and has workers store the data, window by
 * window. The disk's half of an ingest: it knows neither the stream nor its sender. Confined to the coordinator.
 *
 * <p>Takes windows in any order. A piece has to lie in its window as the window lies on the disk: from its beginning to its
 * end, or to the end of the disk. It is stored from there, without another copy and without a read.
 */
final class ChunkAssembler implements DiskSink, AutoCloseable {
    /**
     * What the head holds.
     *
     * @param lengthBytes the disk's length
     * @param leaves of all chunks that have data
     * @param footprint what was written
     */
    record Disk(long lengthBytes, LeafTable leaves, Footprint footprint) {}

    private record Begun(Head head, WindowStore store) {}

    /** The last of the data, held: how far its last chunk goes on, with zeroes, shows at the disk's end. */
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
     * Prepares the making of a head; touches nothing.
     *
     * @param lengthMax how many bytes a disk may have
     * @param whenStoreFails told of the first window that could not be stored, by the worker that could not
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
        // What is not written reads as zeroes.
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

    /** Has a worker store a window, which is held already, and let go of it. */
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
     * Waits until everything that was taken is stored, but for a last piece that does not fill its window.
     *
     * @throws RuntimeException what storing failed with first
     */
    void awaitStored() {
        awaitStores();
        requireStored();
    }

    /**
     * Stores what is left of a disk that is this long, and waits until the head has all of it.
     *
     * @throws RuntimeException what storing failed with first
     */
    Disk finish(long lengthBytes) {
        tail.ifPresent(last -> store(last.at(), last.part(), lengthBytes));
        tail = Optional.empty();
        awaitStored();
        Begun all = begun.orElseThrow();
        all.head().reach(lengthBytes);
        return new Disk(lengthBytes, leaves.finish(), all.store().footprint(lengthBytes));
    }

    /** The head, once it has been created; whoever made this closes or seals it. */
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

    /** Waits until nothing is under way any more: no worker touches the head or a window afterwards. The head stays open. */
    @Override
    public void close() {
        awaitStores();
        tail.ifPresent(unused -> unused.part().window().release());
        tail = Optional.empty();
    }
}
