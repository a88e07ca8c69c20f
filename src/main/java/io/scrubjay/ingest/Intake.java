// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.Sha256;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.FilledWindow;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Head;
import io.scrubjay.source.SourceForm;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The receiving half of an ingest: takes windows in order, decides on the form by the first, hands each to a worker to
 * be stored, and hashes the source. Confined to the coordinator.
 */
final class Intake implements AutoCloseable {
    /**
     * What was received.
     *
     * @param receivedBytes the length of the stream
     * @param sourceDigest its SHA-256
     */
    record Received(long receivedBytes, Digest sourceDigest) {}

    private final IngestOrder order;
    private final long lengthMax;
    private final Reception reception;
    private final Head head;
    private final WindowStore store;
    private final Executor workers;
    private final Sha256 sourceHash = Sha256.create();
    private final LastBytes lastBytes = new LastBytes(SourceForm.LAST_BYTES_NEEDED);
    private final Optional<SideHash> sha512;
    private final Semaphore idleStores = new Semaphore(Integer.MAX_VALUE);
    private final AtomicReference<Throwable> storeFailure = new AtomicReference<>();

    Intake(IngestOrder order, Reception reception, Head head, WindowStore store, IngestRun.Tools tools) {
        this.order = order;
        this.lengthMax = tools.lengthMax();
        this.reception = reception;
        this.head = head;
        this.store = store;
        this.workers = tools.workers();
        this.sha512 = order.expectedDigests().stream()
                .filter(expected -> expected.algorithm() == DigestAlgorithm.SHA_512)
                .findFirst()
                .map(expected -> new SideHash(DigestAlgorithm.SHA_512, tools.sideThreads()));
    }

    /**
     * Takes the whole stream, and returns when all of it has been stored and is what was announced.
     *
     * @throws RefusedException when the sender gave up, or sent something else than announced
     * @throws RuntimeException when the device failed
     */
    Received receive(Image image) throws InterruptedException {
        while (true) {
            Reception.Event event = reception.next();
            if (event instanceof Reception.Bytes bytes) {
                try {
                    take(image, bytes.filled());
                } finally {
                    bytes.filled().window().release();
                }
            } else if (event instanceof Reception.End end) {
                return finish(end.receivedBytes());
            } else if (event instanceof Reception.Cut cut) {
                throw cut.why();
            }
        }
    }

    private void take(Image image, FilledWindow filled) {
        requireStored();
        if (filled.offsetBytes() == 0) {
            requireKnownForm(filled);
            image.move(ImageState.Pending.class, ImageState.Pending::receiving);
        }
        long endBytes = filled.offsetBytes() + filled.lengthBytes();
        requireLength(endBytes);
        head.reach(endBytes);
        hand(filled);
        sha512.ifPresent(hash -> hash.feed(filled));
        sourceHash.update(filled.payload());
        lastBytes.follow(filled.payload());
    }

    private void requireKnownForm(FilledWindow first) {
        require(order.form().decide(first.payload()));
    }

    private static void require(SourceForm.Decision decision) {
        if (decision instanceof SourceForm.Decision.Unsupported unsupported) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_IMAGE,
                    "this is " + unsupported.form() + ", which is not supported; " + unsupported.advice());
        }
        if (decision instanceof SourceForm.Decision.NoDisk noDisk) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE, "this is " + noDisk.form() + ", not a disk; " + noDisk.advice());
        }
    }

    private void requireLength(long endBytes) {
        if (endBytes > order.virtualSizeBytes().orElse(Long.MAX_VALUE)) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH, "the file has more bytes than the disk size given in 'size'");
        }
        if (endBytes > lengthMax) {
            throw new RefusedException(
                    Refusal.TOO_LARGE, "the file has more than " + lengthMax + " bytes, the limit for an image");
        }
    }

    private void hand(FilledWindow filled) {
        filled.window().retain(1);
        idleStores.acquireUninterruptibly();
        CompletableFuture<Void> unused = CompletableFuture.completedFuture(filled)
                .thenComposeAsync(store::store, workers)
                .whenComplete((stored, failure) -> {
                    if (failure != null && storeFailure.compareAndSet(null, failure)) {
                        // Wakes a coordinator that waits for the sender.
                        reception.add(new Reception.Cut(IngestFailures.explain(failure)));
                    }
                    filled.window().release();
                    idleStores.release();
                });
    }

    private void requireStored() {
        if (storeFailure.get() != null) {
            throw Stages.unwrapped(storeFailure.get());
        }
    }

    private Received finish(long receivedBytes) {
        awaitStores();
        requireStored();
        if (receivedBytes == 0) {
            throw new RefusedException(Refusal.MALFORMED_IMAGE, "the image is empty; send at least one byte");
        }
        if (order.expectedBytes().isPresent() && order.expectedBytes().getAsLong() != receivedBytes) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the agent received " + receivedBytes + " bytes, but Content-Length announced "
                            + order.expectedBytes().getAsLong());
        }
        require(order.form().decideAtEnd(lastBytes.get()));
        Digest sha256 = Digest.of(DigestAlgorithm.SHA_256, sourceHash.digest());
        Optional<Digest> other = sha512.map(hash -> Stages.await(hash.finish()));
        for (Digest expected : order.expectedDigests()) {
            requireDigest(expected, expected.algorithm() == DigestAlgorithm.SHA_512 ? other.orElseThrow() : sha256);
        }
        return new Received(receivedBytes, sha256);
    }

    private static void requireDigest(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the received bytes have " + actual + ", not the expected " + expected);
        }
    }

    private void awaitStores() {
        idleStores.acquireUninterruptibly(Integer.MAX_VALUE);
        idleStores.release(Integer.MAX_VALUE);
    }

    /** Waits until nothing is under way any more: no worker touches the head or a window afterwards. */
    @Override
    public void close() {
        awaitStores();
        sha512.ifPresent(SideHash::stop);
    }
}
