// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.flow.WindowPart;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Computes a digest of the stream on a thread next to the coordinator.
 *
 * <p>{@link #feed} and {@link #finish} are for the coordinator. The queue has at most as many entries as the ingest has
 * windows.
 */
final class SideHash {
    private final BlockingQueue<Optional<WindowPart>> queue = new LinkedBlockingQueue<>();
    private final CompletableFuture<Digest> result = new CompletableFuture<>();

    /** Starts hashing on a thread of this executor, and occupies the thread until {@link #finish}. */
    SideHash(DigestAlgorithm algorithm, Executor threads) {
        threads.execute(() -> {
            try {
                result.complete(hashAll(algorithm));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(stop);
            } catch (RuntimeException | Error failed) {
                // Somebody waits for the result.
                result.completeExceptionally(failed);
            }
        });
    }

    private Digest hashAll(DigestAlgorithm algorithm) throws InterruptedException {
        StreamHash hash = StreamHash.of(algorithm);
        while (true) {
            Optional<WindowPart> next = queue.take();
            if (next.isEmpty()) {
                return hash.finish().get();
            }
            hash.update().accept(next.get().view());
            next.get().window().release();
        }
    }

    /** Adds a window; this object becomes a holder of it. */
    void feed(WindowPart part) {
        part.window().retain(1);
        queue.add(Optional.of(part));
    }

    /** Ends the stream; the future completes when all windows have been hashed. */
    CompletableFuture<Digest> finish() {
        queue.add(Optional.empty());
        return result;
    }

    /**
     * Ends the stream wherever it is, and waits until no window is held any more; harmless after {@link #finish}.
     * Without this call the thread would wait for ever.
     */
    void stop() {
        finish().handle((digest, failure) -> digest).join();
    }
}
