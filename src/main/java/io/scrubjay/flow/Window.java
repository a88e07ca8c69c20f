// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One buffer of a {@link WindowPool}, held by one or several users at once and back in the pool when the last lets go.
 * The bytes belong to whoever fills the window until it is shared, and are read-only from then on.
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

    /** Has this run, in the thread that lets go last, once the window is back in its pool. Before it is shared. */
    public void whenFree(Runnable action) {
        whenFree = action;
    }

    /** The buffer itself; its position and limit are the filler's to use. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** The bytes {@code [offset, offset + length)} of the window as a buffer of their own. */
    public ByteBuffer slice(int offset, int length) {
        return bytes.slice(offset, length);
    }

    /** Adds holders; only somebody who holds the window may. */
    public void retain(int more) {
        int before = holders.getAndAdd(more);
        assert before > 0 : "a free window was retained";
    }

    /**
     * Lends the window to the device for one operation, with a buffer that is a slice of it. An operation that stalls
     * keeps it for good: it may still read or write it at any time, so nobody else may ever have it. The window is then
     * lost to its pool, which has so much less memory to give.
     *
     * @return the operation, to go on with
     */
    public CompletableFuture<Void> lentTo(CompletionStage<Void> operation) {
        return operation.toCompletableFuture().whenComplete((done, failure) -> {
            if (failure != null && Stages.unwrapped(failure) instanceof EngineException.DeviceStalled) {
                retain(1);
            }
        });
    }

    /** Lets go; the last to do so gives the window back. */
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
