// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reports every call to an {@link EngineMeter}: that it began, how long it took, how many bytes it moved, and whether
 * it failed. The meter gets the result of a call before the caller does. Thread-safe: has no state of its own.
 */
public final class MeteredEngine extends ForwardingEngine {
    private final EngineMeter meter;
    private final LongSupplier nanoClock;

    public MeteredEngine(StorageEngine delegate, EngineMeter meter) {
        this(delegate, meter, System::nanoTime);
    }

    MeteredEngine(StorageEngine delegate, EngineMeter meter, LongSupplier nanoClock) {
        super(delegate);
        this.meter = Objects.requireNonNull(meter);
        this.nanoClock = nanoClock;
    }

    @Override
    public PoolUsage usage() {
        return metered(EngineCall.USAGE, super::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return metered(EngineCall.LIST, super::list);
    }

    @Override
    public List<Unreadable> incomplete() {
        return metered(EngineCall.INCOMPLETE, super::incomplete);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return metered(EngineCall.FIND, () -> super.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return metered(EngineCall.CREATE, () -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return metered(EngineCall.OPEN, () -> new MeteredVolume(super.open(name, access)));
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return metered(EngineCall.ALLOCATED, () -> super.allocated(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return metered(EngineCall.DIFFERING, () -> super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return metered(EngineCall.RESIZE, () -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return metered(EngineCall.CUT, () -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return metered(EngineCall.SNAPSHOT, () -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return metered(EngineCall.SEAL, () -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return metered(EngineCall.CLONE, () -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return metered(EngineCall.INFLATE, () -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return metered(EngineCall.DECOUPLE, () -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return metered(EngineCall.RENAME, () -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        metered(EngineCall.DELETE, () -> super.delete(name));
    }

    private void metered(EngineCall call, Runnable work) {
        metered(call, () -> {
            work.run();
            return Optional.empty();
        });
    }

    private <T> T metered(EngineCall call, Supplier<T> work) {
        long begin = begin(call);
        try {
            T result = work.get();
            meter.succeeded(call, 0, nanoClock.getAsLong() - begin);
            return result;
        } catch (RuntimeException | Error failure) {
            meter.failed(call, failure, nanoClock.getAsLong() - begin);
            throw failure;
        }
    }

    private CompletionStage<Void> meteredStage(EngineCall call, long bytes, Supplier<CompletionStage<Void>> work) {
        long begin = begin(call);
        CompletionStage<Void> stage;
        try {
            stage = work.get();
        } catch (RuntimeException | Error refused) {
            meter.failed(call, refused, nanoClock.getAsLong() - begin);
            throw refused;
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        stage.whenComplete((nothing, thrown) -> {
            if (thrown == null) {
                meter.succeeded(call, bytes, nanoClock.getAsLong() - begin);
                answer.complete(null);
            } else {
                Throwable failure = unwrapped(thrown);
                meter.failed(call, failure, nanoClock.getAsLong() - begin);
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private long begin(EngineCall call) {
        meter.started(call);
        return nanoClock.getAsLong();
    }

    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    private final class MeteredVolume extends ForwardingVolume {
        MeteredVolume(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            return meteredStage(EngineCall.READ, target.remaining(), () -> super.read(offsetBytes, target));
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return meteredStage(EngineCall.WRITE, source.remaining(), () -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return meteredStage(EngineCall.WRITE_ZEROES, range.length(), () -> super.writeZeroes(range));
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            return meteredStage(EngineCall.UNMAP, range.length(), () -> super.unmap(range));
        }

        @Override
        public CompletionStage<Void> flush() {
            return meteredStage(EngineCall.FLUSH, 0, super::flush);
        }

        @Override
        public void close() {
            metered(EngineCall.CLOSE, super::close);
        }
    }
}
