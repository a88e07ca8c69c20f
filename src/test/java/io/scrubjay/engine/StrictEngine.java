// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Checks that its callers keep the SPI's rules, and remembers each breach; {@link #close} fails with all of them.
 *
 * <ul>
 *   <li>No argument is one that no caller should ever pass.
 *   <li>A buffer is not written to while an operation on it is under way. (For reads, the bytes come at the very end,
 *       so that whoever reads the buffer too soon finds old ones.)
 *   <li>No two operations under way touch the same bytes, one of them writing.
 *   <li>Every handle is closed before the engine is.
 *   <li>What was written to a volume is flushed before the volume is sealed.
 *   <li>Calls that may block are not made from a stage's completion, which runs on the engine's thread.
 * </ul>
 *
 * <p>Thread-safe: what it remembers lies in concurrent collections, or is guarded by the {@code Ledger} it belongs to.
 */
public final class StrictEngine extends ForwardingEngine {
    private static final ThreadLocal<Boolean> COMPLETING = ThreadLocal.withInitial(() -> false);

    private final List<AssertionError> breaches = new CopyOnWriteArrayList<>();
    private final Set<StrictVolume> openHandles = ConcurrentHashMap.newKeySet();
    private final Map<VolumeName, Ledger> ledgers = new ConcurrentHashMap<>();

    public StrictEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** What was done against the rules so far. */
    public List<AssertionError> breaches() {
        return List.copyOf(breaches);
    }

    /** Takes the breaches away, so that closing does not fail because of them: for those who break rules on purpose. */
    public List<AssertionError> forgive() {
        List<AssertionError> forgiven = breaches();
        breaches.removeAll(forgiven);
        return forgiven;
    }

    /**
     * Closes the engine below.
     *
     * @throws AssertionError when a rule was broken; the first breach is its cause, the others are suppressed ones
     */
    @Override
    public void close() {
        openHandles.forEach(handle -> {
            breach("the handle of '" + handle.openedAs + "' was never closed", handle.opened);
            openHandles.remove(handle);
        });
        super.close();
        List<AssertionError> found = forgive();
        if (!found.isEmpty()) {
            AssertionError failure = new AssertionError(found.size() + " rules broken, the first: " + found.get(0));
            found.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private AssertionError breach(String what, Throwable cause) {
        AssertionError breach = new AssertionError(what, cause);
        breaches.add(breach);
        return breach;
    }

    private <T> T control(EngineCall call, Supplier<T> work) {
        if (COMPLETING.get()) {
            breach(call.label() + " was called on the engine's thread, by the completion of an operation", null);
        }
        return lawful(call, work);
    }

    private <T> T lawful(EngineCall call, Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException | IllegalStateException refused) {
            breach(call.label() + " was refused: " + refused.getMessage(), refused);
            throw refused;
        }
    }

    @Override
    public List<Unreadable> incomplete() {
        return control(EngineCall.INCOMPLETE, super::incomplete);
    }

    @Override
    public PoolUsage usage() {
        return control(EngineCall.USAGE, super::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return control(EngineCall.LIST, super::list);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return control(EngineCall.FIND, () -> super.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return control(EngineCall.CREATE, () -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return control(EngineCall.OPEN, () -> {
            StrictVolume handle = new StrictVolume(super.open(name, access), name, ledger(name));
            openHandles.add(handle);
            return handle;
        });
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return control(EngineCall.ALLOCATED, () -> super.allocated(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return control(EngineCall.DIFFERING, () -> super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return control(EngineCall.RESIZE, () -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return control(EngineCall.CUT, () -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return control(EngineCall.SNAPSHOT, () -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return control(EngineCall.SEAL, () -> {
            if (ledger(volume).isDirty()) {
                breach("'" + volume + "' was sealed with writes that were never flushed", null);
            }
            VolumeSummary sealed = super.seal(volume, snapshot);
            ledgers.remove(volume);
            return sealed;
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return control(EngineCall.CLONE, () -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return control(EngineCall.INFLATE, () -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return control(EngineCall.DECOUPLE, () -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return control(EngineCall.RENAME, () -> {
            VolumeSummary renamed = super.rename(from, to);
            ledgers.put(to, ledger(from));
            ledgers.remove(from);
            return renamed;
        });
    }

    @Override
    public void delete(VolumeName name) {
        control(EngineCall.DELETE, () -> {
            super.delete(name);
            return Optional.ofNullable(ledgers.remove(name));
        });
    }

    private Ledger ledger(VolumeName name) {
        return ledgers.computeIfAbsent(name, unknown -> new Ledger());
    }

    /** What is under way on a volume, and what of it has not been flushed. Guarded by itself. */
    private static final class Ledger {
        private record UnderWay(ByteRange range, EngineCall call) {}

        private final List<UnderWay> underWay = new ArrayList<>();
        private long changes;
        private long flushedChanges;

        /** Returns the operation under way that must not be so at the same time, if there is one. */
        synchronized Optional<String> begin(EngineCall call, ByteRange range) {
            Optional<String> conflict = underWay.stream()
                    .filter(other -> call != EngineCall.READ || other.call() != EngineCall.READ)
                    .filter(other -> !other.range().intersect(range).isEmpty())
                    .map(other -> other.call().label() + " of " + other.range())
                    .findFirst();
            underWay.add(new UnderWay(range, call));
            return conflict;
        }

        synchronized void end(EngineCall call, ByteRange range) {
            underWay.remove(new UnderWay(range, call));
            if (call != EngineCall.READ) {
                changes++;
            }
        }

        synchronized long changes() {
            return changes;
        }

        synchronized void flushed(long upTo) {
            flushedChanges = Math.max(flushedChanges, upTo);
        }

        synchronized boolean isDirty() {
            return changes > flushedChanges;
        }
    }

    private final class StrictVolume extends ForwardingVolume {
        private final VolumeName openedAs;
        private final Ledger ledger;
        private final Throwable opened = new Throwable("opened here");

        StrictVolume(Volume delegate, VolumeName openedAs, Ledger ledger) {
            super(delegate);
            this.openedAs = openedAs;
            this.ledger = ledger;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            if (target.isReadOnly()) {
                throw new IllegalArgumentException("cannot read into a read-only buffer");
            }
            ByteBuffer view = target.duplicate();
            // Nothing reaches the caller's buffer before the operation ends: what changes it until then is the caller.
            ByteBuffer own = AlignedBuffer.allocate(view.remaining());
            long before = checksum(view);
            return ranged(EngineCall.READ, offsetBytes, view.remaining(), () -> super.read(offsetBytes, own), () -> {
                requireUntouched(EngineCall.READ, before, view);
                view.duplicate().put(own.duplicate());
            });
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            ByteBuffer view = source.duplicate();
            long before = checksum(view);
            return ranged(
                    EngineCall.WRITE,
                    offsetBytes,
                    view.remaining(),
                    () -> super.write(offsetBytes, source),
                    () -> requireUntouched(EngineCall.WRITE, before, view));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return ranged(
                    EngineCall.WRITE_ZEROES, range.offset(), range.length(), () -> super.writeZeroes(range), () -> {});
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            return ranged(EngineCall.UNMAP, range.offset(), range.length(), () -> super.unmap(range), () -> {});
        }

        @Override
        public CompletionStage<Void> flush() {
            long covered = ledger.changes();
            return watched(lawful(EngineCall.FLUSH, super::flush), () -> {}, () -> ledger.flushed(covered));
        }

        @Override
        public void close() {
            control(EngineCall.CLOSE, () -> {
                super.close();
                return openHandles.remove(this);
            });
        }

        private CompletionStage<Void> ranged(
                EngineCall call,
                long offsetBytes,
                long lengthBytes,
                Supplier<CompletionStage<Void>> operation,
                Runnable onSuccess) {
            boolean possible = offsetBytes >= 0 && lengthBytes > 0 && offsetBytes <= Long.MAX_VALUE - lengthBytes;
            ByteRange range = possible ? new ByteRange(offsetBytes, lengthBytes) : new ByteRange(0, 0);
            Optional<String> conflict = ledger.begin(call, range);
            try {
                CompletionStage<Void> stage = lawful(call, operation);
                conflict.ifPresent(other ->
                        breach(call.label() + " of " + range + " of '" + openedAs + "' beside " + other, null));
                return watched(stage, () -> ledger.end(call, range), onSuccess);
            } catch (RuntimeException refused) {
                ledger.end(call, range);
                throw refused;
            }
        }

        private CompletionStage<Void> watched(CompletionStage<Void> stage, Runnable atEnd, Runnable onSuccess) {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            Completion.after(stage, failure -> {
                        atEnd.run();
                        if (failure.isEmpty()) {
                            onSuccess.run();
                        }
                        return failure;
                    })
                    .whenComplete((nothing, failure) -> {
                        COMPLETING.set(true);
                        try {
                            if (failure == null) {
                                answer.complete(null);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        } finally {
                            COMPLETING.remove();
                        }
                    });
            return answer;
        }

        private void requireUntouched(EngineCall call, long before, ByteBuffer buffer) {
            if (checksum(buffer) != before) {
                throw breach("the buffer of a " + call.label() + " of '" + openedAs + "' was changed under way", null);
            }
        }

        private static long checksum(ByteBuffer buffer) {
            CRC32C checksum = new CRC32C();
            checksum.update(buffer.duplicate());
            return checksum.getValue();
        }
    }
}
