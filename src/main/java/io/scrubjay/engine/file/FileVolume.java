// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.InFlight;
import io.scrubjay.engine.IoArguments;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.Traffic.Effect;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A handle: one descriptor of the data file. Thread-safe: only the count of running operations changes. {@link #close}
 * waits for them, so no callback may call it.
 */
final class FileVolume implements Volume {
    private final PoolVolume stored;
    private final Access access;
    private final DataFile file;
    private final ClusterSize clusterSize;
    private final int alignmentBytes;
    private final Consumer<FileVolume> onClose;
    private final AtomicReference<RuntimeException> lostWrites = new AtomicReference<>();
    private final InFlight inFlight;

    FileVolume(
            PoolVolume stored,
            Access access,
            DataFile file,
            ClusterSize clusterSize,
            int alignmentBytes,
            Consumer<FileVolume> onClose) {
        this.stored = stored;
        this.access = access;
        this.file = file;
        this.clusterSize = clusterSize;
        this.alignmentBytes = alignmentBytes;
        this.onClose = onClose;
        this.inFlight = new InFlight("the handle of '" + stored.name() + "'");
    }

    @Override
    public VolumeName name() {
        return stored.name();
    }

    @Override
    public long sizeBytes() {
        return stored.meta().sizeBytes();
    }

    @Override
    public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
        IoArguments.check(this, alignmentBytes, offsetBytes, target.remaining());
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("cannot read into a read-only buffer");
        }
        ByteBuffer view = target.duplicate();
        return submit(Effect.READS, bounce -> file.read(offsetBytes, view, bounce));
    }

    @Override
    public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
        requireWritable();
        IoArguments.check(this, alignmentBytes, offsetBytes, source.remaining());
        ByteBuffer view = source.duplicate();
        return change(bounce -> file.write(offsetBytes, view, bounce));
    }

    @Override
    public CompletionStage<Void> writeZeroes(ByteRange range) {
        requireWritable();
        IoArguments.check(this, alignmentBytes, range);
        return change(bounce -> zero(range));
    }

    @Override
    public CompletionStage<Void> unmap(ByteRange range) {
        requireWritable();
        IoArguments.check(this, clusterSize.bytes(), range);
        return change(bounce -> clear(range));
    }

    @Override
    public CompletionStage<Void> flush() {
        return submit(Effect.READS, bounce -> sync());
    }

    @Override
    public void close() {
        if (!inFlight.close()) {
            return;
        }
        try {
            file.close();
        } finally {
            stored.leave(access);
            onClose.accept(this);
        }
    }

    /** Frees whole clusters. At both ends, writes zeroes to the parts of clusters, which stay allocated. */
    private void zero(ByteRange range) {
        long first = clusterSize.roundUp(range.offset());
        long end = clusterSize.clusterOf(range.end()) * clusterSize.bytes();
        if (first >= end) {
            file.writeZeroes(range.offset(), range.length());
            return;
        }
        file.writeZeroes(range.offset(), first - range.offset());
        clear(ByteRange.between(first, end));
        file.writeZeroes(end, range.end() - end);
    }

    private void clear(ByteRange clusters) {
        switch (stored.meta().provisioning()) {
            case THIN -> file.punchHole(clusters.offset(), clusters.length());
            case THICK -> file.zeroRange(clusters.offset(), clusters.length());
        }
    }

    /**
     * Syncs the file. Once a sync has failed, every later one fails too: the kernel has forgotten which writes it lost,
     * and would report success.
     */
    private void sync() {
        RuntimeException lost = lostWrites.get();
        if (lost != null) {
            throw lost;
        }
        try {
            file.sync();
        } catch (RuntimeException failed) {
            lostWrites.set(failed);
            throw failed;
        }
        // The sync is worth nothing if the file has been removed: its bytes are lost when it is closed.
        stored.requireThere();
        if (file.isRemoved()) {
            throw new EngineException.DeviceFailed(
                    "sync of the data of '" + name() + "', which were removed,", Errno.ESTALE);
        }
        stored.requireWhole(file);
    }

    /**
     * Changes the file only if it is complete: a write beyond the end of a truncated file would restore its length,
     * with zeroes in between.
     */
    private CompletionStage<Void> change(Consumer<BounceBuffer> work) {
        return submit(Effect.CHANGES, bounce -> {
            stored.requireWhole(file);
            work.accept(bounce);
        });
    }

    private CompletionStage<Void> submit(Effect effect, Consumer<BounceBuffer> work) {
        inFlight.enter();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        try {
            stored.traffic().start(effect, bounce -> run(effect, work, bounce, stage));
        } catch (RuntimeException | Error refused) {
            inFlight.leave();
            throw refused;
        }
        return stage;
    }

    private void run(Effect effect, Consumer<BounceBuffer> work, BounceBuffer bounce, CompletableFuture<Void> stage) {
        Throwable failure = null;
        try {
            work.accept(bounce);
        } catch (RuntimeException | Error failed) {
            failure = failed;
        }
        // This is done before the stage completes, since a caller that waits for the stage may then close or delete at
        // once.
        stored.traffic().ended(effect);
        inFlight.leave();
        if (failure == null) {
            stage.complete(null);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    private void requireWritable() {
        if (access != Access.WRITE) {
            throw new IllegalStateException("the handle of '" + name() + "' is for reading only");
        }
    }
}
