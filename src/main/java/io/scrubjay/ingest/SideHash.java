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
 * A second digest of the stream, on a thread of its own beside the coordinator: the SHA-512 of a sender who gave one.
 * Nobody else pays for it.
 *
 * <p>{@link #feed} and {@link #finish} belong to the coordinator. The queue is as long as the ingest has windows.
 */
final class SideHash {
    private final BlockingQueue<Optional<WindowPart>> queue = new LinkedBlockingQueue<>();
    private final CompletableFuture<Digest> result = new CompletableFuture<>();

    /** Starts hashing on a thread of this executor, which it keeps until {@link #finish}. */
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

    /** Adds a window, of which this becomes one more holder. */
    void feed(WindowPart part) {
        part.window().retain(1);
        queue.add(Optional.of(part));
    }

    /** Ends the stream; the digest comes when all windows have been hashed. */
    CompletableFuture<Digest> finish() {
        stop();
        return result;
    }

    /** Ends the stream for good; harmless after {@link #finish}. Without it the thread would wait for ever. */
    void stop() {
        queue.add(Optional.empty());
    }
}
