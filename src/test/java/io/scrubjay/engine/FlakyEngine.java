// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.DeviceFailed;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Fails when it is told to.
 *
 * <p>The calls that change something (create, write, write zeroes, unmap, flush, resize, cut, snapshot, seal, clone, inflate,
 * decouple, rename, delete) are counted from 1 across the engine. One of them can be made to fail, {@link #failOnce}, or
 * it and all that follow, whatever they are, {@link #powerOff}: then only closing still works. Reads fail, or give other
 * bytes than were written, at chosen places of chosen volumes.
 *
 * <p>Thread-safe: the counter and what is armed are guarded by the engine's monitor; with several threads at work it is
 * chance which call is the n-th.
 */
public final class FlakyEngine extends ForwardingEngine {
    /** What {@code errno} says when a device failed. */
    public static final int EIO = 5;

    /** Whether a call that fails has had its effect. */
    public enum Moment {
        /** Nothing was done. */
        BEFORE,
        /** Everything was done; only the answer is a failure. */
        AFTER
    }

    private record Armed(long call, Moment moment, Supplier<EngineException> failure, boolean goesOnFailing) {}

    private record ReadFault(VolumeName volume, ByteRange range, Optional<Byte> flippedBits, int errno) {}

    private final List<ReadFault> readFaults = new CopyOnWriteArrayList<>();
    private final List<Unreadable> unreadable = new CopyOnWriteArrayList<>();
    private Optional<Armed> armed = Optional.empty();
    private long changes;
    private boolean fired;
    private boolean off;

    public FlakyEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Makes the n-th changing call fail, counted from now, and no other. */
    public synchronized FlakyEngine failOnce(long n, Moment moment, Supplier<EngineException> failure) {
        armed = Optional.of(new Armed(changes + n, moment, failure, false));
        fired = false;
        return this;
    }

    /** Makes the n-th changing call, counted from now, and every call after it fail. */
    public synchronized FlakyEngine powerOff(long n, Moment moment) {
        armed = Optional.of(new Armed(changes + n, moment, () -> new DeviceFailed("power off", EIO), true));
        fired = false;
        return this;
    }

    /** Reads that touch the range fail. */
    public FlakyEngine failReads(VolumeName volume, ByteRange range) {
        return failReads(volume, range, EIO);
    }

    /** The same, with another error. */
    public FlakyEngine failReads(VolumeName volume, ByteRange range, int errno) {
        readFaults.add(new ReadFault(volume, range, Optional.empty(), errno));
        return this;
    }

    /** Reads give other bytes than were written, every one in the range wrong, and say nothing. */
    public FlakyEngine garbleReads(VolumeName volume, ByteRange range) {
        readFaults.add(new ReadFault(volume, range, Optional.of((byte) 0x5A), 0));
        return this;
    }

    /** Reads of one byte come with one bit, 0 to 7, the wrong way round. */
    public FlakyEngine flipBit(VolumeName volume, long offsetBytes, int bit) {
        readFaults.add(new ReadFault(volume, new ByteRange(offsetBytes, 1), Optional.of((byte) (1 << bit)), 0));
        return this;
    }

    /** As though this could not be read when the pool was opened. */
    public FlakyEngine holdsUnreadable(Unreadable what) {
        unreadable.add(what);
        return this;
    }

    @Override
    public List<Unreadable> unreadable() {
        return Stream.concat(super.unreadable().stream(), unreadable.stream()).toList();
    }

    /** Nothing fails any more. */
    public synchronized FlakyEngine heal() {
        armed = Optional.empty();
        off = false;
        readFaults.clear();
        return this;
    }

    /** How many changing calls there have been. */
    public synchronized long changes() {
        return changes;
    }

    /** Whether the call that was to fail has come. */
    public synchronized boolean fired() {
        return fired;
    }

    /** Counts a changing call. */
    private synchronized Optional<Armed> count() {
        requirePower();
        changes++;
        Optional<Armed> hit = armed.filter(fault -> fault.call() == changes);
        if (hit.isPresent()) {
            fired = true;
            off = hit.get().goesOnFailing();
        }
        return hit;
    }

    private synchronized void requirePower() {
        if (off) {
            throw new DeviceFailed("power off", EIO);
        }
    }

    private <T> T looking(Supplier<T> call) {
        requirePower();
        return call.get();
    }

    private <T> T changing(Supplier<T> call) {
        Optional<Armed> fault = count();
        if (fault.filter(hit -> hit.moment() == Moment.BEFORE).isPresent()) {
            throw fault.get().failure().get();
        }
        T result = call.get();
        if (fault.isPresent()) {
            throw fault.get().failure().get();
        }
        return result;
    }

    @Override
    public List<Unreadable> incomplete() {
        return looking(super::incomplete);
    }

    @Override
    public PoolUsage usage() {
        return looking(super::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return looking(super::list);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return looking(() -> super.find(name));
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return looking(() -> super.allocated(name));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return looking(() -> new FlakyVolume(super.open(name, access)));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return changing(() -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return looking(() -> super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return changing(() -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return changing(() -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return changing(() -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return changing(() -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return changing(() -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return changing(() -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return changing(() -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return changing(() -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        changing(() -> {
            super.delete(name);
            return name;
        });
    }

    private final class FlakyVolume extends ForwardingVolume {
        FlakyVolume(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            Optional<EngineException> dead = failureOf(FlakyEngine.this::requirePower);
            if (dead.isPresent()) {
                return CompletableFuture.failedFuture(dead.get());
            }
            ByteBuffer view = target.duplicate();
            return Completion.after(super.read(offsetBytes, target), failure -> {
                readFaults.stream()
                        .filter(fault -> fault.volume().equals(name()))
                        .forEach(fault -> apply(fault, offsetBytes, view));
                return failure;
            });
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return changingStage(() -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return changingStage(() -> super.writeZeroes(range));
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            return changingStage(() -> super.unmap(range));
        }

        @Override
        public CompletionStage<Void> flush() {
            return changingStage(super::flush);
        }

        private CompletionStage<Void> changingStage(Supplier<CompletionStage<Void>> operation) {
            Optional<Armed> fault;
            try {
                fault = count();
            } catch (EngineException dead) {
                return CompletableFuture.failedFuture(dead);
            }
            if (fault.filter(hit -> hit.moment() == Moment.BEFORE).isPresent()) {
                return CompletableFuture.failedFuture(fault.get().failure().get());
            }
            CompletionStage<Void> underWay = operation.get();
            return fault.isEmpty()
                    ? underWay
                    : Completion.after(
                            underWay,
                            failure -> Optional.of(fault.get().failure().get()));
        }

        private Optional<EngineException> failureOf(Runnable check) {
            try {
                check.run();
                return Optional.empty();
            } catch (EngineException failure) {
                return Optional.of(failure);
            }
        }

        private void apply(ReadFault fault, long offsetBytes, ByteBuffer target) {
            ByteRange hit = new ByteRange(offsetBytes, target.remaining()).intersect(fault.range());
            if (!hit.isEmpty() && fault.flippedBits().isEmpty()) {
                throw new DeviceFailed("read " + name() + " at " + hit.offset(), fault.errno());
            }
            for (long at = hit.offset(); at < hit.end(); at++) {
                int index = (int) (target.position() + at - offsetBytes);
                target.put(
                        index, (byte) (target.get(index) ^ fault.flippedBits().orElseThrow()));
            }
        }
    }
}
