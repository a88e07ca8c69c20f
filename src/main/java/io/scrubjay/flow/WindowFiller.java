// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Splits a stream into windows: this is the only time that a payload is copied between socket and device. It takes only
 * as many bytes as there is room for; a sender with bytes left waits for {@link #room} and continues. Its user keeps
 * track of where the bytes belong.
 *
 * <p>{@code fill}, {@code finish} and {@code room} are for the sender, one call at a time; all other methods are for
 * any thread. Their shared state is guarded by this object's monitor, which is not held while code of others runs.
 */
public final class WindowFiller {
    private final WindowPool pool;
    private final Consumer<WindowPart> next;

    // Used only by the sender.
    private Window current;
    private int start;

    // Shared with the threads that release windows.
    private int quota;
    private Window spare;
    private boolean inLine;
    private boolean closed;
    private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

    /**
     * @param windowsMax how many windows may be in use before the sender has to wait
     * @param firstStart the position of the first byte in the first window; all other windows are filled from their
     *     beginning
     * @param next takes the filled part of each window, in order, on the sender's thread, and becomes the holder of the
     *     window
     */
    public WindowFiller(WindowPool pool, int windowsMax, int firstStart, Consumer<WindowPart> next) {
        this.pool = pool;
        this.quota = windowsMax;
        this.start = Objects.checkIndex(firstStart, pool.windowBytes());
        this.next = next;
    }

    /**
     * Takes bytes from the buffer until it is empty or there is no room; the buffer's position then says how many it
     * took.
     */
    public void fill(ByteBuffer source) {
        while (source.hasRemaining()) {
            if (current == null && !begin()) {
                return;
            }
            ByteBuffer target = current.bytes();
            int count = Math.min(source.remaining(), target.remaining());
            target.put(target.position(), source, source.position(), count);
            target.position(target.position() + count);
            source.position(source.position() + count);
            if (!target.hasRemaining()) {
                passOn();
            }
        }
    }

    private synchronized boolean begin() {
        if (quota == 0 || closed) {
            return false;
        }
        current = Optional.ofNullable(spare).or(pool::tryTake).orElse(null);
        spare = null;
        if (current == null) {
            return false;
        }
        quota--;
        current.whenFree(this::windowDone);
        current.bytes().position(start);
        return true;
    }

    private void passOn() {
        WindowPart filled = new WindowPart(current, start, current.bytes().position() - start);
        start = 0;
        current = null;
        next.accept(filled);
    }

    /** Passes on the last window, which may be shorter; nothing can be filled afterwards. */
    public void finish() {
        if (current != null) {
            passOn();
        }
        close();
    }

    /** Ends without passing on the window that is being filled. For the sender, like {@code fill}. */
    public void abandon() {
        if (current != null) {
            current.release();
            current = null;
        }
        close();
    }

    /** Takes no more bytes from now on. For any thread. */
    public void close() {
        Window unused;
        synchronized (this) {
            closed = true;
            unused = spare;
            spare = null;
        }
        if (unused != null) {
            unused.release();
        }
    }

    /** Completes when {@link #fill} can take bytes again, on another thread. */
    public CompletableFuture<Void> room() {
        boolean join;
        CompletableFuture<Void> answer = new CompletableFuture<>();
        synchronized (this) {
            room = answer;
            join = quota > 0 && !inLine && !closed;
            inLine |= join;
        }
        if (join) {
            CompletableFuture<Void> unused = pool.take().thenAccept(this::windowCame);
        }
        return answer;
    }

    private void windowCame(Window window) {
        boolean keep;
        CompletableFuture<Void> answer;
        synchronized (this) {
            inLine = false;
            keep = !closed;
            if (keep) {
                spare = window;
            }
            answer = room;
        }
        if (!keep) {
            window.release();
        }
        answer.complete(null);
    }

    private void windowDone() {
        CompletableFuture<Void> answer;
        synchronized (this) {
            quota++;
            answer = inLine ? null : room;
        }
        if (answer != null) {
            answer.complete(null);
        }
    }
}
