// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.flow.WindowPart;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Computes a second digest of the stream, on a thread next to the coordinator: the SHA-512, only if the sender gave
 * one.
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
        MessageDigest hash = algorithm.newHash();
        while (true) {
            Optional<WindowPart> next = queue.take();
            if (next.isEmpty()) {
                return Digest.finish(algorithm, hash);
            }
            hash.update(next.get().view());
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
        stop();
        return result;
    }

    /** Stops hashing; harmless after {@link #finish}. Without this call the thread would wait for ever. */
    void stop() {
        queue.add(Optional.empty());
    }
}
