// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.BufferAddress;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.InFlight;
import io.scrubjay.engine.IoArguments;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A handle: one descriptor and one channel on SPDK's thread. Stages complete on the draining thread or on one of the
 * pool's workers. Thread-safe: only the count of operations under way and one flag change. {@link #close} waits for the
 * operations, so no callback may call it.
 */
final class SpdkVolume implements Volume {
    static final int IO_ALIGNMENT_BYTES = 4096;
    private static final System.Logger LOG = System.getLogger(SpdkVolume.class.getName());

    private final OpenPool pool;
    private final StoredLvol stored;
    private final Access access;
    private final NativeHandle handle;
    private final Clusters clusters;
    private final Consumer<SpdkVolume> onClose;
    private final InFlight inFlight;
    private final long failuresBefore;
    /** Whether something was written that no flush has covered. */
    private volatile boolean unflushed;

    SpdkVolume(OpenPool pool, StoredLvol stored, Access access, NativeHandle handle, Consumer<SpdkVolume> onClose) {
        this.pool = pool;
        this.stored = stored;
        this.access = access;
        this.handle = handle;
        this.failuresBefore = pool.failures().known();
        this.clusters = new Clusters(handle, pool.clusterSize());
        this.onClose = onClose;
        this.inFlight = new InFlight("the handle of '" + stored.name() + "'");
    }

    @Override
    public VolumeName name() {
        return stored.name();
    }

    @Override
    public long sizeBytes() {
        return stored.sizeBytes();
    }

    @Override
    public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
        IoArguments.check(this, IO_ALIGNMENT_BYTES, offsetBytes, target.remaining());
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("nothing can be read into a read-only buffer");
        }
        ByteBuffer view = target.duplicate();
        if (reachesDevice(view)) {
            return submit("read", 0, () -> handle.read(offsetBytes, view));
        }
        ByteBuffer bounce = AlignedBuffer.allocate(view.remaining());
        return submit(
                "read",
                0,
                () -> handle.read(offsetBytes, bounce).thenApply(status -> {
                    if (status >= 0) {
                        view.put(bounce.clear());
                    }
                    return status;
                }));
    }

    @Override
    public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
        requireWritable();
        IoArguments.check(this, IO_ALIGNMENT_BYTES, offsetBytes, source.remaining());
        ByteRange range = new ByteRange(offsetBytes, source.remaining());
        ByteBuffer bytes = source.duplicate();
        if (!reachesDevice(bytes)) {
            bytes = AlignedBuffer.allocate(source.remaining()).put(bytes).flip();
        }
        ByteBuffer reachable = bytes;
        return change("write", range, () -> handle.write(offsetBytes, reachable));
    }

    @Override
    public CompletionStage<Void> writeZeroes(ByteRange range) {
        requireWritable();
        IoArguments.check(this, IO_ALIGNMENT_BYTES, range);
        return change("write zeroes", range, () -> handle.writeZeroes(range));
    }

    @Override
    public CompletionStage<Void> unmap(ByteRange range) {
        requireWritable();
        IoArguments.check(this, pool.clusterSize().bytes(), range);
        return submit(
                "unmap",
                range.length(),
                () -> pool.onWorker(() -> stored.gate()
                        .holding(() ->
                                pool.givesBack(stored) ? clusters.giveBack(range, pool.clearing()) : zero(range))));
    }

    /**
     * Writes zeroes where unmapping is not enough: a parent would show through, and a thick volume keeps its clusters.
     */
    private long zero(ByteRange range) {
        return Reactor.awaited(handle.writeZeroes(range));
    }

    @Override
    public CompletionStage<Void> flush() {
        return submit(
                "flush",
                0,
                () -> pool.onWorker(() -> {
                    // ORDER: a write from here on is left to the next flush.
                    unflushed = false;
                    boolean written = false;
                    try {
                        pool.sync();
                        // INVARIANT I-5: some failed writes were answered with success.
                        written = pool.extents().areWritten(stored);
                    } finally {
                        if (!written) {
                            unflushed = true;
                        }
                    }
                    return !written || pool.failures().hasFailedSince(failuresBefore) ? (long) -Errno.EIO : 0L;
                }));
    }

    @Override
    public void close() {
        if (!inFlight.close()) {
            return;
        }
        try {
            if (unflushed) {
                lookAfterMetadata();
            }
        } finally {
            leave();
        }
    }

    private void leave() {
        try {
            handle.close();
        } finally {
            stored.leave(access);
            onClose.accept(this);
        }
    }

    /**
     * Checks the metadata even if nobody needs the volume any more: a crash must not leave a volume that cannot be
     * read.
     */
    private void lookAfterMetadata() {
        try {
            boolean unused = pool.extents().areWritten(stored);
        } catch (EngineException | RpcFailed unknown) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not find out whether the device failed during a write; see the kernel log",
                    unknown);
        }
    }

    /**
     * INVARIANT I-6: the part of a new cluster that a write leaves out holds whatever was there before. That is correct
     * while all free clusters are known to be zeroes; otherwise the whole cluster is written first.
     */
    private CompletionStage<Void> change(String call, ByteRange range, Supplier<CompletableFuture<Long>> io) {
        ClusterSize size = pool.clusterSize();
        boolean whole = size.isAligned(range.offset()) && size.isAligned(range.end());
        if (whole) {
            return submit(call, range.length(), () -> stored.gate().pass(io));
        }
        if (pool.freeSpace().trust()) {
            return submit(
                    call,
                    range.length(),
                    () -> stored.gate().pass(io),
                    () -> pool.freeSpace().trusted());
        }
        return submit(
                call,
                range.length(),
                () -> pool.onWorker(() -> stored.gate().holding(() -> {
                    long status = clusters.fillEdges(range);
                    return status < 0 ? status : Reactor.awaited(io.get());
                })));
    }

    private CompletionStage<Void> submit(String call, long allocatesBytes, Supplier<CompletableFuture<Long>> io) {
        return submit(call, allocatesBytes, io, () -> {});
    }

    /** {@code atEnd} is run once, whether the operation succeeds or fails. */
    private CompletionStage<Void> submit(
            String call, long allocatesBytes, Supplier<CompletableFuture<Long>> io, Runnable atEnd) {
        if (allocatesBytes > 0) {
            unflushed = true;
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Void> done;
        try {
            inFlight.enter();
        } catch (RuntimeException closed) {
            atEnd.run();
            throw closed;
        }
        try {
            done = pool.request(call, stored, allocatesBytes, io);
        } catch (RuntimeException | Error refused) {
            atEnd.run();
            inFlight.leave();
            throw refused;
        }
        CompletableFuture<Void> unused = done.whenComplete((nothing, failure) -> {
            // ORDER: before the stage completes: whoever waits for it may close or delete at once.
            atEnd.run();
            inFlight.leave();
            if (failure == null) {
                stage.complete(null);
            } else {
                stage.completeExceptionally(failure);
            }
        });
        return stage;
    }

    private static boolean reachesDevice(ByteBuffer bytes) {
        return bytes.isDirect() && BufferAddress.of(bytes) % AlignedBuffer.ALIGNMENT_BYTES == 0;
    }

    private void requireWritable() {
        if (access != Access.WRITE) {
            throw new IllegalStateException("the handle of '" + name() + "' is for reading only");
        }
    }
}
