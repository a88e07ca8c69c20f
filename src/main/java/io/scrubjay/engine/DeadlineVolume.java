// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException.DeviceStalled;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A handle of {@link DeadlineEngine}; that class' Javadoc describes it. Thread-safe. */
final class DeadlineVolume extends ForwardingVolume {
    /** The name under which it was opened: asking for the present name might wait for the device. */
    private final VolumeName openedAs;

    private final Duration deadline;
    private final ScheduledExecutorService timer;
    private final StallGuard guard;
    private final UnfinishedCalls unfinished;
    private final Object closeLock = new Object();
    /** Set by the first operation that stalls, and never reset. */
    private volatile boolean lost;

    private Optional<Closing> closing = Optional.empty();

    private record Closing(StallGuard.Pending<?> pending, UnfinishedCalls.Change change) {}

    DeadlineVolume(
            Volume delegate,
            VolumeName openedAs,
            Duration deadline,
            ScheduledExecutorService timer,
            StallGuard guard,
            UnfinishedCalls unfinished) {
        super(delegate);
        this.openedAs = openedAs;
        this.deadline = deadline;
        this.timer = timer;
        this.guard = guard;
        this.unfinished = unfinished;
    }

    @Override
    public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
        return inTime(EngineCall.READ, () -> super.read(offsetBytes, target));
    }

    @Override
    public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
        return inTime(EngineCall.WRITE, () -> super.write(offsetBytes, source));
    }

    @Override
    public CompletionStage<Void> writeZeroes(ByteRange range) {
        return inTime(EngineCall.WRITE_ZEROES, () -> super.writeZeroes(range));
    }

    @Override
    public CompletionStage<Void> unmap(ByteRange range) {
        return inTime(EngineCall.UNMAP, () -> super.unmap(range));
    }

    @Override
    public CompletionStage<Void> flush() {
        return inTime(EngineCall.FLUSH, super::flush);
    }

    /**
     * Waits for the device as long as a control call may take. When it returns, the caller may use every buffer again
     * that it gave to this handle.
     *
     * @throws DeviceStalled when operations are still running: the device may still use their buffers. Call this again
     *     to wait again.
     */
    @Override
    public void close() {
        Closing underWay;
        synchronized (closeLock) {
            if (closing.isEmpty()) {
                closing = Optional.of(beginToClose());
            }
            underWay = closing.get();
        }
        try {
            underWay.pending().await();
        } catch (DeviceStalled stalled) {
            underWay.change().giveUp();
            throw stalled;
        }
    }

    /** Until it has ended, the engine below treats the volume as in use. */
    private Closing beginToClose() {
        UnfinishedCalls.Change change = unfinished.beginClose(openedAs);
        StallGuard.Pending<?> pending = guard.start(describe(EngineCall.CLOSE), () -> {
            try {
                super.close();
                return true;
            } finally {
                change.end();
            }
        });
        return new Closing(pending, change);
    }

    private CompletionStage<Void> inTime(EngineCall call, Supplier<CompletionStage<Void>> operation) {
        if (lost) {
            return CompletableFuture.failedFuture(
                    new DeviceStalled("an earlier operation on '" + openedAs + "'", deadline));
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        AtomicBoolean answered = new AtomicBoolean();
        CompletableFuture<Void> endedLate = new CompletableFuture<>();
        // ORDER: before the operation, which must not begin where nothing would give it up.
        Future<?> alarm = schedule(() -> {
            if (answered.compareAndSet(false, true)) {
                lost = true;
                answer.completeExceptionally(new DeviceStalled(describe(call), deadline, endedLate));
            }
        });
        CompletionStage<Void> underWay;
        try {
            underWay = operation.get();
        } catch (RuntimeException | Error refused) {
            alarm.cancel(false);
            throw refused;
        }
        underWay.whenComplete((nothing, thrown) -> {
            alarm.cancel(false);
            if (!answered.compareAndSet(false, true)) {
                endedLate.complete(null);
                return;
            }
            if (thrown == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(
                        thrown instanceof CompletionException && thrown.getCause() != null
                                ? thrown.getCause()
                                : thrown);
            }
        });
        return answer;
    }

    private Future<?> schedule(Runnable alarm) {
        try {
            return timer.schedule(alarm, deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            throw new IllegalStateException("the engine of '" + openedAs + "' is closed", closed);
        }
    }

    private String describe(EngineCall call) {
        return call.label() + " of '" + openedAs + "'";
    }
}
