// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One buffer of a {@link WindowPool}. It has one or more holders at a time, and returns to the pool when the last of
 * them releases it. Its bytes belong to the thread that fills the window until the window is shared, and are read-only
 * from then on.
 */
public final class Window {
    private final WindowPool pool;
    private final ByteBuffer bytes;
    private final AtomicInteger holders = new AtomicInteger();
    private Runnable whenFree = () -> {};

    Window(WindowPool pool, ByteBuffer bytes) {
        this.pool = pool;
        this.bytes = bytes;
    }

    Window taken() {
        boolean wasFree = holders.compareAndSet(0, 1);
        assert wasFree : "a window was handed out twice";
        bytes.clear();
        whenFree = () -> {};
        return this;
    }

    void untaken() {
        holders.set(0);
    }

    /**
     * Runs this once the window is back in its pool, on the thread that releases it last. Must be called before the
     * window is shared.
     */
    public void whenFree(Runnable action) {
        whenFree = action;
    }

    /** The buffer itself; the thread that fills it may use its position and limit. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** The bytes {@code [offset, offset + length)} of the window as a separate buffer. */
    public ByteBuffer slice(int offset, int length) {
        return bytes.slice(offset, length);
    }

    /** Overwrites the bytes {@code [offset, offset + length)} with zeroes; for the thread that fills the window. */
    public void zero(int offset, int length) {
        ByteBuffer zeroed = slice(offset, length);
        while (zeroed.remaining() >= Long.BYTES) {
            zeroed.putLong(0);
        }
        while (zeroed.hasRemaining()) {
            zeroed.put((byte) 0);
        }
    }

    /** Adds holders; only a holder of the window may call this. */
    public void retain(int more) {
        int before = holders.getAndAdd(more);
        assert before > 0 : "a free window was retained";
    }

    /**
     * Lends the window to the device for one operation, with a buffer that is a slice of it. The device holds the
     * window until the operation has really ended. An operation that stalls fails at its deadline, but the device may
     * still read or write the window: the pool has one window less until then, or for ever if the operation never ends.
     *
     * @return the operation, for further stages; they run after the device has released the window
     */
    public CompletableFuture<Void> lentTo(CompletionStage<Void> operation) {
        retain(1);
        return operation.toCompletableFuture().whenComplete((done, failure) -> {
            if (failure != null && Stages.causeOf(failure) instanceof EngineException.DeviceStalled stalled) {
                CompletionStage<Void> unused = stalled.bufferFree().thenRun(this::release);
            } else {
                release();
            }
        });
    }

    /** Releases the window; when the last holder does so, the window returns to its pool. */
    public void release() {
        int left = holders.decrementAndGet();
        assert left >= 0 : "a window was released twice";
        if (left == 0) {
            Runnable told = whenFree;
            pool.giveBack(this);
            told.run();
        }
    }
}
