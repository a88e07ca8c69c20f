// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Head;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBytes;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the bytes of a disk into a head: creates the head when the size of the disk is known, and makes workers store
 * the data, window by window. This is the half of an ingest that handles the disk; it knows neither the stream nor its
 * sender. Confined to one thread at a time.
 *
 * <p>Takes pieces of any length in any order. One that fills its window as it is on the disk is stored from there,
 * without another copy and without a read. All others are collected in windows of the assembler's own.
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

    private record Begun(Head head, WindowStore store, OpenWindows open) {}

    private final StorageEngine engine;
    private final WindowShare share;
    private final Stores stores;
    private final long lengthMax;
    private final ImageId id;
    private Optional<Begun> begun = Optional.empty();
    private long dataEnd;

    /**
     * Prepares for writing a head; does no I/O.
     *
     * @param share the windows for pieces that do not fill one
     * @param stores where windows are stored; its first failure ends the disk
     * @param lengthMax the most bytes that a disk may have
     */
    ChunkAssembler(StorageEngine engine, WindowShare share, Stores stores, long lengthMax, ImageId id) {
        this.engine = engine;
        this.share = share;
        this.stores = stores;
        this.lengthMax = lengthMax;
        this.id = id;
    }

    @Override
    public void begin(long sizeBytes) {
        requireLength(sizeBytes);
        Head head = Head.create(engine, id, sizeBytes);
        WindowStore store = new WindowStore(head.volume(), engine.traits().clusterSize());
        begun = Optional.of(new Begun(head, store, new OpenWindows(store, share, stores)));
    }

    @Override
    public void data(DiskOffset at, LentBytes bytes) {
        stores.requireNoFailure();
        long end = at.plus(bytes.length()).bytes();
        requireLength(end);
        Begun disk = begun.orElseThrow();
        disk.head().reach(end);
        dataEnd = Math.max(dataEnd, end);
        if (bytes instanceof WindowPart part && isInItsWindow(at, part)) {
            part.window().retain(1);
            CompletableFuture<Void> unused = stores.start(
                    () -> disk.store().store(at.bytes(), part, new WindowClusters(), end),
                    () -> part.window().release());
        } else {
            disk.open().put(at.bytes(), bytes);
        }
    }

    private boolean isInItsWindow(DiskOffset at, WindowPart part) {
        return part.isWhole() && part.length() == share.windowBytes() && at.bytes() % share.windowBytes() == 0;
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

    /**
     * Waits until everything that was taken is stored, except for pieces whose windows are not complete.
     *
     * @throws RuntimeException the first failure of storing
     */
    void awaitStored() {
        stores.await();
        stores.requireNoFailure();
    }

    /**
     * Stores the rest of a disk of this length, and waits until the head has all of it.
     *
     * @throws RuntimeException the first failure of storing
     */
    Disk finish(long lengthBytes) {
        if (dataEnd > lengthBytes) {
            throw new IllegalArgumentException(
                    "a disk of " + lengthBytes + " bytes that has data up to byte " + dataEnd);
        }
        Begun disk = begun.orElseThrow();
        if (lengthBytes % ChunkGrid.CHUNK_BYTES != 0) {
            // If the last chunk has been stored, it was hashed as if it had its full length.
            disk.open().reopen(lengthBytes - 1);
        }
        disk.open().storeAll(lengthBytes);
        awaitStored();
        disk.head().reach(lengthBytes);
        return new Disk(
                lengthBytes, disk.store().leaves().finish(), disk.store().footprint(lengthBytes));
    }

    /** The head, once it has been created; the owner of this object closes or seals the head. */
    Optional<Head> head() {
        return begun.map(Begun::head);
    }

    /**
     * Waits until nothing is in progress any more: no worker touches the head or a window afterwards. The head stays
     * open.
     */
    @Override
    public void close() {
        stores.await();
        begun.ifPresent(disk -> disk.open().abandon());
    }
}
