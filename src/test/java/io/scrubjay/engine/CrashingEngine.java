// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A device with a volatile cache. Writes, zeroes and unmaps are visible at once, but survive {@link #crash} for certain
 * only when a flush followed them; of every other one all, nothing, or some sectors are left, by the seed. Calls about
 * the pool are durable when they return; a snapshot or a seal makes durable what it contains.
 *
 * <p>Put it over an engine whose pool can be opened again: a test lets something happen, crashes, opens the pool anew and
 * looks. Closing is a crash, too, with the seed given at the beginning, so that every test that reopens a pool is one
 * about crashes. What a crash cannot undo because the pool is full meanwhile stays as it is.
 *
 * <p>Thread-safe: changes to bytes begin one after the other on a thread of its own.
 */
public final class CrashingEngine extends ForwardingEngine {
    private enum Power {
        ON,
        LOST,
        CLOSED
    }

    private final long seedOfClose;
    private final OneThread thread = new OneThread("crashing-engine");
    private final Map<VolumeName, CrashJournal> journals = new ConcurrentHashMap<>();
    private final Set<CrashingVolume> openHandles = ConcurrentHashMap.newKeySet();
    private Power power = Power.ON;
    private int underWay;

    /** @param seedOfClose the seed of the crash that closing is */
    public CrashingEngine(StorageEngine delegate, long seedOfClose) {
        super(delegate);
        this.seedOfClose = seedOfClose;
    }

    /**
     * Cuts the power: waits for what is under way, closes the engine below, and leaves on its medium what the seed says.
     * Every later call, of old handles too, fails with {@link DeviceFailed}. The second crash does nothing.
     */
    public void crash(long seed) {
        end(Power.LOST, seed);
    }

    @Override
    public void close() {
        end(Power.CLOSED, seedOfClose);
    }

    private void end(Power how, long seed) {
        synchronized (this) {
            if (power != Power.ON) {
                power = how;
                return;
            }
            power = how;
            while (underWay > 0) {
                try {
                    wait();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError("nobody interrupts a test", interrupted);
                }
            }
        }
        thread.shutdown();
        openHandles.forEach(CrashingVolume::closeDelegate);
        Random random = new Random(seed);
        journals.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> leave(entry.getKey(), entry.getValue().afterCrash(random)));
        super.close();
    }

    /** Writes what the crash has left, neighbouring sectors together. */
    private void leave(VolumeName name, Map<Long, byte[]> sectors) {
        if (sectors.isEmpty()) {
            return;
        }
        try (Volume volume = delegate().open(name, Access.WRITE)) {
            ByteRange run = new ByteRange(0, 0);
            for (long sector : sectors.keySet()) {
                long at = sector * sectorBytes();
                boolean joins = at == run.end()
                        && isZero(sectors.get(sector)) == isZero(sectors.get(run.offset() / sectorBytes()));
                if (!joins) {
                    leave(volume, run, sectors);
                    run = new ByteRange(at, 0);
                }
                run = ByteRange.between(run.offset(), at + sectorBytes());
            }
            leave(volume, run, sectors);
            Stages.await(volume.flush());
        }
    }

    private void leave(Volume volume, ByteRange run, Map<Long, byte[]> sectors) {
        if (run.isEmpty()) {
            return;
        }
        try {
            if (isZero(sectors.get(run.offset() / sectorBytes()))) {
                // Whole clusters that are zeroes again need not be allocated any more.
                Stages.await(volume.writeZeroes(run));
                return;
            }
            ByteBuffer bytes = AlignedBuffer.allocate((int) run.length());
            for (long at = run.offset(); at < run.end(); at += sectorBytes()) {
                bytes.put(sectors.get(at / sectorBytes()));
            }
            Stages.await(volume.write(run.offset(), bytes.flip()));
        } catch (NoSpace full) {
            // The clusters went to somebody else: then this change has reached the medium.
        }
    }

    private static boolean isZero(byte[] sector) {
        return Arrays.equals(sector, new byte[sector.length]);
    }

    private int sectorBytes() {
        return traits().ioAlignmentBytes();
    }

    private synchronized void enter() {
        switch (power) {
            case LOST -> throw new DeviceFailed("power lost", FlakyEngine.EIO);
            case CLOSED -> throw new IllegalStateException("the engine is closed");
            case ON -> underWay++;
        }
    }

    private synchronized void exit() {
        underWay--;
        notifyAll();
    }

    private <T> T powered(Supplier<T> call) {
        enter();
        try {
            return call.get();
        } finally {
            exit();
        }
    }

    private CrashJournal journal(VolumeName name) {
        return journals.computeIfAbsent(name, unknown -> new CrashJournal(sectorBytes()));
    }

    @Override
    public PoolUsage usage() {
        return powered(super::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return powered(super::list);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return powered(() -> super.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return powered(() -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return powered(() -> {
            CrashingVolume opened = new CrashingVolume(super.open(name, access), journal(name), access);
            openHandles.add(opened);
            return opened;
        });
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return powered(() -> super.allocated(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return powered(() -> super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return powered(() -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return powered(() -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return powered(() -> {
            CrashJournal journal = journal(volume);
            List<CrashJournal.Entry> contained = journal.completed();
            VolumeSummary made = super.snapshot(volume, snapshot);
            journal.flushed(contained);
            return made;
        });
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return powered(() -> {
            VolumeSummary sealed = super.seal(volume, snapshot);
            journals.remove(volume);
            return sealed;
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return powered(() -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return powered(() -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return powered(() -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return powered(() -> {
            VolumeSummary renamed = super.rename(from, to);
            journals.put(to, journal(from));
            journals.remove(from);
            return renamed;
        });
    }

    @Override
    public void delete(VolumeName name) {
        powered(() -> {
            super.delete(name);
            return Optional.ofNullable(journals.remove(name));
        });
    }

    private final class CrashingVolume extends ForwardingVolume {
        private final CrashJournal journal;
        private final Access access;
        private volatile boolean closed;

        CrashingVolume(Volume delegate, CrashJournal journal, Access access) {
            super(delegate);
            this.journal = journal;
            this.access = access;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            return powered(() -> super.read(offsetBytes, target), failure -> failure);
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            checkChange(offsetBytes, source.remaining());
            ByteRange range = new ByteRange(offsetBytes, source.remaining());
            ByteBuffer view = source.duplicate();
            return change(
                    range,
                    () -> {
                        byte[] bytes = new byte[view.remaining()];
                        view.get(view.position(), bytes);
                        return Optional.of(bytes);
                    },
                    () -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            checkChange(range.offset(), range.length());
            return change(range, Optional::empty, () -> super.writeZeroes(range));
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            checkChange(range.offset(), range.length());
            int clusterBytes = traits().clusterSize().bytes();
            if (range.offset() % clusterBytes != 0 || range.length() % clusterBytes != 0) {
                throw new IllegalArgumentException(
                        "offset and length are multiples of " + clusterBytes + ", not " + range);
            }
            return change(range, Optional::empty, () -> super.unmap(range));
        }

        @Override
        public CompletionStage<Void> flush() {
            List<CrashJournal.Entry> covered = journal.completed();
            return powered(super::flush, failure -> {
                if (failure.isEmpty()) {
                    journal.flushed(covered);
                }
                return failure;
            });
        }

        @Override
        public void close() {
            closed = true;
            try {
                enter();
            } catch (DeviceFailed | IllegalStateException over) {
                return; // the crash has closed it
            }
            try {
                thread.drain();
                closeDelegate();
            } finally {
                exit();
            }
        }

        private void closeDelegate() {
            super.close();
            openHandles.remove(this);
        }

        private void checkChange(long offsetBytes, long lengthBytes) {
            if (closed || access != Access.WRITE) {
                throw new IllegalStateException(
                        "the handle of '" + name() + "' is " + (closed ? "closed" : "open for reading only"));
            }
            IoArguments.check(this, sectorBytes(), offsetBytes, lengthBytes);
        }

        /** Journals a change, then lets it happen. */
        private CompletionStage<Void> change(
                ByteRange range, Supplier<Optional<byte[]>> bytes, Supplier<CompletionStage<Void>> operation) {
            return powered(
                    () -> thread.submit(() -> {
                        if (journal.needsDurable(range)) {
                            ByteBuffer present = AlignedBuffer.allocate((int) range.length());
                            Stages.await(super.read(range.offset(), present));
                            byte[] before = new byte[present.remaining()];
                            present.get(0, before);
                            journal.rememberDurable(range, before);
                        }
                        CrashJournal.Entry entry = journal.begin(range, bytes.get());
                        return Completion.after(operation.get(), failure -> {
                            if (failure.isEmpty()) {
                                journal.complete(entry);
                            } else {
                                journal.fail(entry);
                            }
                            return failure;
                        });
                    }),
                    failure -> failure);
        }

        private CompletionStage<Void> powered(
                Supplier<CompletionStage<Void>> operation, UnaryOperator<Optional<Throwable>> atEnd) {
            try {
                enter();
            } catch (DeviceFailed lost) {
                return CompletableFuture.failedFuture(lost);
            }
            CompletionStage<Void> underWayStage;
            try {
                underWayStage = operation.get();
            } catch (RuntimeException | Error refused) {
                exit();
                throw refused;
            }
            return Completion.after(underWayStage, failure -> {
                try {
                    return atEnd.apply(failure);
                } finally {
                    exit();
                }
            });
        }
    }
}
