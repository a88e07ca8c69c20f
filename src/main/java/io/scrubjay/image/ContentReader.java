// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.ChunkSource;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Reads one range of an image from front to back, and compares each chunk with its leaf before it returns any of its
 * bytes; or reads a range of a volume, which has no leaves. Reads only a few chunks ahead.
 *
 * <p>Thread-safe, guarded by its own monitor; {@link #next} is called once at a time and, like {@link #close}, does not
 * wait. Stages complete on threads that must not be blocked.
 */
public final class ContentReader implements AutoCloseable {
    private final ContentPlan plan;
    private final ChunkSource chunks;
    private final int windowsMax;
    private final BiConsumer<Long, RuntimeException> damage;
    private final Runnable finish;
    private final Deque<CompletableFuture<Piece>> ahead = new ArrayDeque<>();
    private CompletableFuture<Piece> given = CompletableFuture.completedFuture(new Piece.Zeroes(1));
    private int windowsHeld;
    private boolean closed;

    /**
     * @param windowsMax how many windows it may hold, including those that were returned and not yet released
     * @param damage is told of chunks that cannot be returned
     * @param finish releases the resources of the reader, once no read is in progress any more
     */
    ContentReader(
            ContentPlan plan,
            ChunkSource chunks,
            int windowsMax,
            BiConsumer<Long, RuntimeException> damage,
            Runnable finish) {
        this.plan = plan;
        this.chunks = chunks;
        this.windowsMax = windowsMax;
        this.damage = damage;
        this.finish = finish;
    }

    /**
     * The next bytes, which the caller must release; empty at the end.
     *
     * <p>Fails with {@link SuspectChunk} or {@link EngineException} when the next bytes cannot be returned, and with
     * {@link RefusedException} when all readers are being closed; the caller can then only close this reader.
     */
    public synchronized CompletionStage<Optional<Piece>> next() {
        if (closed) {
            // Normally the caller closes it when it has finished; only a stopping agent closes it earlier.
            return CompletableFuture.failedFuture(new RefusedException(Refusal.BUSY, "the agent is stopping"));
        }
        readAhead();
        if (ahead.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        given = ahead.removeFirst();
        return given.thenApply(Optional::of);
    }

    private void readAhead() {
        // Windows that the receiver holds count as well: a slow receiver must not use up the windows of others.
        while (ahead.isEmpty() || (ahead.size() < windowsMax && windowsHeld < windowsMax)) {
            Optional<ContentPlan.Step> step = plan.next();
            if (step.isEmpty()) {
                return;
            }
            ahead.addLast(start(step.get()));
        }
    }

    private CompletableFuture<Piece> start(ContentPlan.Step step) {
        if (step instanceof ContentPlan.Skip skip) {
            return CompletableFuture.completedFuture(new Piece.Zeroes(skip.lengthBytes()));
        }
        ContentPlan.Read read = (ContentPlan.Read) step;
        windowsHeld++;
        return chunks.read(read.chunk()).handle((window, failure) -> {
            if (failure != null) {
                letGo();
                damage.accept(read.chunk(), Stages.unwrapped(failure));
                throw Stages.unwrapped(failure);
            }
            return new Piece.Stored(window.slice(read.fromBytes(), read.lengthBytes()), () -> {
                letGo();
                window.release();
            });
        });
    }

    private synchronized void letGo() {
        windowsHeld--;
    }

    /** Ends reading; pieces that were returned stay valid until they are released. Closing twice is harmless. */
    @Override
    public void close() {
        CompletableFuture<?>[] underWay;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            underWay = Stream.concat(Stream.of(given), ahead.stream().map(piece -> piece.thenAccept(Piece::release)))
                    .toArray(CompletableFuture<?>[]::new);
            ahead.clear();
        }
        var unused = CompletableFuture.allOf(underWay).whenComplete((done, failure) -> finish.run());
    }
}
