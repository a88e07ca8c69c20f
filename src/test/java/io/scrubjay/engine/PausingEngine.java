// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Stops at one call, before or after it is carried out, until it is told to go on: so a test has something else happen in
 * exactly that moment. Thread-safe. Of the calls that only look, {@code find}, {@code allocated}, {@code open} and {@code
 * read} stop; of those that change something, all but {@code unmap} and {@code writeZeroes}.
 */
public final class PausingEngine extends ForwardingEngine {
    private static final long PATIENCE_SECONDS = 60;

    /** Where a call stops. */
    public enum Moment {
        BEFORE,
        AFTER
    }

    /** One call that stops, the first that comes; others like it go on. */
    public static final class Pause {
        private final BiPredicate<EngineCall, VolumeName> calls;
        private final Moment moment;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final CompletableFuture<Void> mayGoOn = new CompletableFuture<>();

        private Pause(BiPredicate<EngineCall, VolumeName> calls, Moment moment) {
            this.calls = calls;
            this.moment = moment;
        }

        private boolean stops(EngineCall what, VolumeName name, Moment when) {
            return moment == when && calls.test(what, name) && reached.complete(null);
        }

        /** Waits until the call has come, and fails when it does not. */
        public Pause awaitReached() {
            reached.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            return this;
        }

        /** Whether the call has come. */
        public boolean isReached() {
            return reached.isDone();
        }

        /** Lets the call go on, or never stop. */
        public void goOn() {
            mayGoOn.complete(null);
        }
    }

    private final List<Pause> pauses = new CopyOnWriteArrayList<>();

    public PausingEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Has the next call of this kind on such a volume stop there. For two names, the first one counts. */
    public Pause pause(EngineCall call, Predicate<VolumeName> names, Moment moment) {
        Pause pause = new Pause((what, name) -> call == what && names.test(name), moment);
        pauses.add(pause);
        return pause;
    }

    /** Has the n-th call from now stop, counted from 1, whatever it is. */
    public Pause pauseNth(int n, Moment moment) {
        AtomicInteger left = new AtomicInteger(n);
        Pause pause = new Pause((call, name) -> left.decrementAndGet() == 0, moment);
        pauses.add(pause);
        return pause;
    }

    private CompletableFuture<Void> at(EngineCall call, VolumeName name, Moment moment) {
        return pauses.stream()
                .filter(pause -> pause.stops(call, name, moment))
                .findFirst()
                .map(pause -> pause.mayGoOn)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    private <T> T stopping(EngineCall call, VolumeName name, Supplier<T> work) {
        at(call, name, Moment.BEFORE).join();
        T result = work.get();
        at(call, name, Moment.AFTER).join();
        return result;
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return stopping(EngineCall.FIND, name, () -> super.find(name));
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return stopping(EngineCall.ALLOCATED, name, () -> super.allocated(name));
    }

    /** By {@link #find} and {@link #allocated}, which stop. */
    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return ClusterChain.differing(this, later, earlier);
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return stopping(EngineCall.OPEN, name, () -> new PausingVolume(super.open(name, access)));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return stopping(EngineCall.CREATE, name, () -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return stopping(EngineCall.RESIZE, name, () -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return stopping(EngineCall.CUT, name, () -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return stopping(EngineCall.SNAPSHOT, volume, () -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return stopping(EngineCall.SEAL, volume, () -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return stopping(EngineCall.CLONE, snapshot, () -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return stopping(EngineCall.INFLATE, name, () -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return stopping(EngineCall.DECOUPLE, name, () -> super.decouple(name));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return stopping(EngineCall.RENAME, from, () -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        stopping(EngineCall.DELETE, name, () -> {
            super.delete(name);
            return name;
        });
    }

    /** Lets everything go on that has stopped. */
    @Override
    public void close() {
        pauses.forEach(Pause::goOn);
        super.close();
    }

    private final class PausingVolume extends ForwardingVolume {
        PausingVolume(Volume delegate) {
            super(delegate);
        }

        private CompletionStage<Void> stopping(EngineCall call, Supplier<CompletionStage<Void>> work) {
            return at(call, name(), Moment.BEFORE)
                    .thenCompose(now -> work.get())
                    .thenCompose(done -> at(call, name(), Moment.AFTER));
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            return stopping(EngineCall.READ, () -> super.read(offsetBytes, target));
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return stopping(EngineCall.WRITE, () -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> flush() {
            return stopping(EngineCall.FLUSH, super::flush);
        }
    }
}
