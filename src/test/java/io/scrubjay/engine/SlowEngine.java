// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Holds one call back when it is told to, as a device does that has something else to do; then it is carried out, for a time
 * or until it is let go. Calls
 * of the engine and of its volumes are counted from 1, each kind of them; how full the pool is does not count.
 *
 * <p>Thread-safe: the counter and what is armed are guarded by the engine's monitor; with several threads at work it is
 * chance which call is the n-th.
 */
public final class SlowEngine extends ForwardingEngine {
    private record Armed(long call, Supplier<CompletableFuture<Void>> end) {}

    private Optional<Armed> armed = Optional.empty();
    private long calls;
    private int held;
    private final List<CompletableFuture<Void>> gates = new ArrayList<>();

    public SlowEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Holds the n-th call back, counted from now, and no other. */
    public synchronized void holdBack(long n, Duration delay) {
        armed = Optional.of(new Armed(
                calls + n,
                () -> CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS))));
    }

    /** Holds the n-th call back, counted from now, and no other, until {@link #letGo}. */
    public synchronized void holdBack(long n) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        gates.add(gate);
        armed = Optional.of(new Armed(calls + n, () -> gate));
    }

    /** Carries out all that is held back, or will be, by {@link #holdBack(long)}. */
    public synchronized void letGo() {
        gates.forEach(gate -> gate.completeAsync(() -> null));
        gates.clear();
    }

    /** Holds no call back any more, unless it is already. */
    public synchronized void disarm() {
        armed = Optional.empty();
    }

    /** Whether the call that was to be held back has come. */
    public synchronized boolean hasCome() {
        return armed.isPresent() && calls >= armed.get().call();
    }

    /** Whether a call is being held back now. */
    public synchronized boolean isHolding() {
        return held > 0;
    }

    private synchronized Optional<CompletableFuture<Void>> count() {
        calls++;
        Optional<CompletableFuture<Void>> end =
                armed.filter(one -> one.call() == calls).map(one -> one.end().get());
        held += end.isPresent() ? 1 : 0;
        return end;
    }

    private synchronized void done() {
        held--;
    }

    private <T> T waiting(Supplier<T> call) {
        Optional<CompletableFuture<Void>> end = count();
        if (end.isEmpty()) {
            return call.get();
        }
        end.get().join();
        try {
            return call.get();
        } finally {
            done();
        }
    }

    private CompletionStage<Void> later(Supplier<CompletionStage<Void>> operation) {
        Optional<CompletableFuture<Void>> end = count();
        return end.isEmpty()
                ? operation.get()
                : end.get().thenCompose(now -> operation.get()).whenComplete((nothing, failure) -> done());
    }

    @Override
    public List<VolumeSummary> list() {
        return waiting(super::list);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return waiting(() -> super.find(name));
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return waiting(() -> super.allocated(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return waiting(() -> super.differing(later, earlier));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return waiting(() -> new SlowVolume(super.open(name, access)));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return waiting(() -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return waiting(() -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return waiting(() -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return waiting(() -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return waiting(() -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return waiting(() -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return waiting(() -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return waiting(() -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return waiting(() -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        waiting(() -> {
            super.delete(name);
            return name;
        });
    }

    private final class SlowVolume extends ForwardingVolume {
        SlowVolume(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            return later(() -> super.read(offsetBytes, target));
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return later(() -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return later(() -> super.writeZeroes(range));
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            return later(() -> super.unmap(range));
        }

        @Override
        public CompletionStage<Void> flush() {
            return later(super::flush);
        }

        @Override
        public void close() {
            waiting(() -> {
                super.close();
                return name();
            });
        }
    }
}
