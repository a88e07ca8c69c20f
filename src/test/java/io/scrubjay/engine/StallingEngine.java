// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.DeviceStalled;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Gives up chosen reads or writes at once, as {@link DeadlineEngine} does at their deadline, so that no test has to
 * wait for one. The device carries them out when the test says so. Until then closing their handle and deleting their
 * volume stall as well; the handle is closed when its last operation has ended.
 *
 * <p>Thread-safe: guarded by its monitor, which is not held during calls of the delegate.
 */
public final class StallingEngine extends ForwardingEngine {
    private static final Duration WAITED = Duration.ofSeconds(60);

    private record Stall(EngineCall call, Predicate<VolumeName> names, CompletableFuture<Void> gate) {}

    private Optional<Stall> stall = Optional.empty();
    /** How many handles of a volume have an operation that is still in progress, or are being closed after it. */
    private final Map<VolumeName, Integer> busy = new HashMap<>();

    public StallingEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Makes all such operations stall from now on. */
    public synchronized void stall(EngineCall call, Predicate<VolumeName> names) {
        stall = Optional.of(new Stall(call, names, new CompletableFuture<>()));
    }

    /** Carries out the operations that stall; none stalls from now on. */
    public void letGo() {
        end().ifPresent(last -> last.gate().completeAsync(() -> null));
    }

    /** Makes the operations that stall fail; none stalls from now on. */
    public void letFail() {
        end().ifPresent(last -> {
            CompletableFuture<Void> unused = CompletableFuture.runAsync(
                    () -> last.gate().completeExceptionally(new DeviceFailed("a late operation", FlakyEngine.EIO)));
        });
    }

    private synchronized Optional<Stall> end() {
        Optional<Stall> last = stall;
        stall = Optional.empty();
        return last;
    }

    /** The volumes with operations that have stalled and are still in progress. */
    public synchronized List<VolumeName> busy() {
        return List.copyOf(busy.keySet());
    }

    private synchronized Optional<CompletableFuture<Void>> gate(EngineCall call, VolumeName name) {
        return stall.filter(now -> now.call() == call && now.names().test(name)).map(Stall::gate);
    }

    private synchronized void count(VolumeName name, int more) {
        busy.merge(name, more, Integer::sum);
        busy.values().removeAll(Collections.singleton(0));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return new StallingVolume(super.open(name, access), name);
    }

    @Override
    public void delete(VolumeName name) {
        if (busy().contains(name)) {
            throw new DeviceStalled("close, on which delete depends,", WAITED);
        }
        super.delete(name);
    }

    private final class StallingVolume extends ForwardingVolume {
        private final VolumeName openedAs;
        /** Guarded by the monitor of this handle, as are the other two. */
        private int late;

        private boolean lost;
        private boolean closing;

        StallingVolume(Volume delegate, VolumeName openedAs) {
            super(delegate);
            this.openedAs = openedAs;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            return stalling(EngineCall.READ, () -> super.read(offsetBytes, target));
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return stalling(EngineCall.WRITE, () -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> flush() {
            return stalling(EngineCall.FLUSH, super::flush);
        }

        private CompletionStage<Void> stalling(EngineCall call, Supplier<CompletionStage<Void>> work) {
            Optional<CompletableFuture<Void>> gate = gate(call, openedAs);
            synchronized (this) {
                if (lost) {
                    return CompletableFuture.failedFuture(new DeviceStalled("an earlier operation", WAITED));
                }
                if (gate.isPresent()) {
                    lost = true;
                    late++;
                    count(openedAs, 1);
                }
            }
            if (gate.isEmpty()) {
                return work.get();
            }
            CompletableFuture<Void> bufferFree = new CompletableFuture<>();
            CompletableFuture<Void> unused = gate.get()
                    .thenCompose(now -> work.get())
                    // Not on the engine's thread, which closes nothing.
                    .handleAsync((done, failure) -> {
                        bufferFree.complete(null);
                        ended();
                        return null;
                    });
            return CompletableFuture.failedFuture(new DeviceStalled(call.label(), WAITED, bufferFree));
        }

        private void ended() {
            boolean mustClose;
            synchronized (this) {
                late--;
                mustClose = closing;
            }
            if (mustClose) {
                super.close();
            }
            count(openedAs, -1);
        }

        @Override
        public void close() {
            synchronized (this) {
                if (late > 0) {
                    closing = true;
                    throw new DeviceStalled("close", WAITED);
                }
            }
            super.close();
        }
    }
}
