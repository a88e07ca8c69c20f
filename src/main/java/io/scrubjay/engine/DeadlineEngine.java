// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.UnfinishedCalls.Effect;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/**
 * Limits every wait for the device: an operation that takes longer than its {@link Deadlines} fails with
 * {@link EngineException.DeviceStalled}. The operation itself goes on, and may still succeed later.
 *
 * <p><b>A handle on which an operation has stalled is lost.</b> Every later operation on it fails at once. The device
 * may still use the buffer of the stalled operation: it must be neither reused nor given back before
 * {@link EngineException.DeviceStalled#bufferFree} completes. The owner calls {@link Volume#close} to find out when all
 * operations have ended: once it returns, all buffers of the handle are free; while it throws {@code DeviceStalled},
 * some operation is still in progress, and the owner can call it again later. If an operation never ends, its buffer is
 * lost, and counts against its pool. Until then the engine below holds the handle open, so a second handle for writing
 * is refused.
 *
 * <p>Calls about the pool run on threads of this class, so that the caller can give up waiting; a handle that is opened
 * too late is closed again. While {@value StallGuard#ABANDONED_MAX} abandoned calls are still running, every further
 * call is refused. A call that depends on an abandoned change that is still running is refused as well
 * ({@link UnfinishedCalls}): its answer could be wrong a moment later. Calls that copy data have no deadline, because
 * nobody can say how long they may take: {@code inflate}, {@code decouple}, and with {@link CloneCost#COPIED} also
 * {@code snapshot} and {@code cloneOf}.
 *
 * <p>Thread-safe. A stage that fails by its deadline completes on this engine's timer thread, which must not be blocked
 * either.
 */
public final class DeadlineEngine extends ForwardingEngine {
    private final Deadlines deadlines;
    private final StallGuard guard;
    private final UnfinishedCalls unfinished;
    private final ScheduledThreadPoolExecutor timer;

    public DeadlineEngine(StorageEngine delegate, Deadlines deadlines) {
        super(delegate);
        this.deadlines = Objects.requireNonNull(deadlines);
        this.guard = new StallGuard(deadlines.control());
        this.unfinished = new UnfinishedCalls(deadlines.control());
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "engine-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        // Nearly every timer is cancelled; cancelled ones must not pile up until they would have fired.
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public PoolUsage usage() {
        return inTime(EngineCall.USAGE, super::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return inTime(EngineCall.LIST, super::list);
    }

    @Override
    public List<Unreadable> incomplete() {
        return inTime(EngineCall.INCOMPLETE, super::incomplete);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return looking(EngineCall.FIND, () -> super.find(name), name);
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return changing(EngineCall.CREATE, Effect.on(name), () -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        UnfinishedCalls.Change change = unfinished.begin(EngineCall.OPEN, Effect.keeping(name));
        StallGuard.Pending<Volume> pending = guard.start(EngineCall.OPEN.label(), () -> open(name, access, change));
        Volume opened;
        try {
            opened = pending.await(late -> {
                try {
                    late.close();
                } finally {
                    change.end();
                }
            });
        } catch (DeviceStalled stalled) {
            change.giveUp();
            throw stalled;
        }
        return new DeadlineVolume(opened, name, deadlines.io(), timer, guard, unfinished);
    }

    private Volume open(VolumeName name, Access access, UnfinishedCalls.Change change) {
        try {
            return super.open(name, access);
        } catch (RuntimeException | Error failed) {
            change.end();
            throw failed;
        }
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return looking(EngineCall.ALLOCATED, () -> super.allocated(name), name);
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return looking(EngineCall.DIFFERING, () -> super.differing(later, earlier), later, earlier);
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return changing(EngineCall.RESIZE, Effect.keeping(name), () -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return changing(EngineCall.CUT, Effect.keeping(name), () -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        Supplier<VolumeSummary> call = () -> super.snapshot(volume, snapshot);
        return copies()
                ? call.get()
                : changing(EngineCall.SNAPSHOT, Effect.on(snapshot).andKeeping(volume), call);
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return changing(EngineCall.SEAL, Effect.on(volume, snapshot), () -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        Supplier<VolumeSummary> call = () -> super.cloneOf(snapshot, clone);
        return copies()
                ? call.get()
                : changing(EngineCall.CLONE, Effect.on(clone).andKeeping(snapshot), call);
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return changing(EngineCall.RENAME, Effect.on(from, to), () -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        changing(EngineCall.DELETE, Effect.on(name), () -> {
            super.delete(name);
            return name;
        });
    }

    /**
     * Closes the engine below.
     *
     * @throws EngineException.DeviceStalled when the engine below does not close in time; call this again to wait again
     */
    @Override
    public void close() {
        inTime(EngineCall.CLOSE, () -> {
            super.close();
            return true;
        });
        timer.shutdown();
    }

    private boolean copies() {
        return traits().cloneCost() == CloneCost.COPIED;
    }

    /** Makes a call that only reads: it changes nothing, so no other call has to wait for its end. */
    private <T> T looking(EngineCall call, Supplier<T> work, VolumeName... names) {
        unfinished.begin(call, Effect.keeping(names));
        return inTime(call, work);
    }

    private <T> T changing(EngineCall call, Effect effect, Supplier<T> work) {
        UnfinishedCalls.Change change = unfinished.begin(call, effect);
        StallGuard.Pending<T> pending = guard.start(call.label(), () -> {
            try {
                return work.get();
            } finally {
                change.end();
            }
        });
        try {
            return pending.await();
        } catch (DeviceStalled stalled) {
            change.giveUp();
            throw stalled;
        }
    }

    private <T> T inTime(EngineCall call, Supplier<T> work) {
        return guard.start(call.label(), work).await();
    }
}
