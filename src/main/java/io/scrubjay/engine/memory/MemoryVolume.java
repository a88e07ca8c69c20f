// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.memory;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.InFlight;
import io.scrubjay.engine.IoArguments;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A handle. Thread-safe: the bytes are guarded by the medium's monitor, the handle's state by its {@link InFlight}. */
final class MemoryVolume implements Volume {
    private final MemoryMedium medium;
    private final StoredVolume stored;
    private final Access access;
    private final Executor executor;
    private final InFlight engineInFlight;
    private final InFlight inFlight;

    MemoryVolume(MemoryMedium medium, StoredVolume stored, Access access, Executor executor, InFlight engineInFlight) {
        this.medium = medium;
        this.stored = stored;
        this.access = access;
        this.executor = executor;
        this.engineInFlight = engineInFlight;
        this.inFlight = new InFlight("the handle of '" + stored.name() + "'");
    }

    @Override
    public VolumeName name() {
        synchronized (medium) {
            return stored.name();
        }
    }

    @Override
    public long sizeBytes() {
        synchronized (medium) {
            return stored.sizeBytes();
        }
    }

    @Override
    public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("cannot read into a read-only buffer");
        }
        ByteBuffer view = target.duplicate();
        IoArguments.check(this, MemoryEngine.IO_ALIGNMENT_BYTES, offsetBytes, view.remaining());
        return submit(() -> eachCluster(
                offsetBytes,
                view.remaining(),
                (cluster, offset, length) -> stored.read(cluster, offset, cut(view, length))));
    }

    @Override
    public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
        requireWritable();
        ByteBuffer view = source.duplicate();
        IoArguments.check(this, MemoryEngine.IO_ALIGNMENT_BYTES, offsetBytes, view.remaining());
        return submit(() -> eachCluster(
                offsetBytes,
                view.remaining(),
                (cluster, offset, length) -> stored.write(cluster, offset, cut(view, length))));
    }

    @Override
    public CompletionStage<Void> writeZeroes(ByteRange range) {
        requireWritable();
        IoArguments.check(this, MemoryEngine.IO_ALIGNMENT_BYTES, range);
        return submit(() -> eachCluster(range.offset(), range.length(), stored::zero));
    }

    @Override
    public CompletionStage<Void> unmap(ByteRange range) {
        requireWritable();
        IoArguments.check(this, medium.clusterSize().bytes(), range);
        return submit(
                () -> eachCluster(range.offset(), range.length(), (index, offset, length) -> stored.unmap(index)));
    }

    @Override
    public CompletionStage<Void> flush() {
        return submit(() -> {});
    }

    @Override
    public void close() {
        if (inFlight.close()) {
            synchronized (medium) {
                stored.closed(access);
            }
        }
    }

    /** An operation on a part of one cluster. */
    private interface OnCluster {
        void apply(long cluster, int offset, int length);
    }

    private void eachCluster(long offsetBytes, long lengthBytes, OnCluster action) {
        ClusterSize clusterSize = medium.clusterSize();
        long end = offsetBytes + lengthBytes;
        for (long at = offsetBytes; at < end; ) {
            long cluster = clusterSize.clusterOf(at);
            int offset = (int) (at - cluster * clusterSize.bytes());
            int length = (int) Math.min(clusterSize.bytes() - offset, end - at);
            action.apply(cluster, offset, length);
            at += length;
        }
    }

    private static ByteBuffer cut(ByteBuffer view, int length) {
        ByteBuffer part = view.slice(view.position(), length);
        view.position(view.position() + length);
        return part;
    }

    private CompletionStage<Void> submit(Runnable io) {
        inFlight.enter();
        try {
            engineInFlight.enter();
        } catch (IllegalStateException closed) {
            inFlight.leave();
            throw closed;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        executor.execute(() -> {
            Throwable failure = attempt(io);
            // ORDER: leave before the stage completes, so that code that runs on its completion may close the handle.
            inFlight.leave();
            engineInFlight.leave();
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private Throwable attempt(Runnable io) {
        try {
            synchronized (medium) {
                io.run();
            }
            return null;
        } catch (Throwable failed) {
            // The caller must learn of a failed assertion, too.
            return failed;
        }
    }

    private void requireWritable() {
        if (access != Access.WRITE) {
            throw new IllegalStateException("the handle of '" + name() + "' is open for reading only");
        }
    }
}
