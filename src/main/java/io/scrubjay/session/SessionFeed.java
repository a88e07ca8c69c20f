// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.Sha256;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the bytes of a complete session through an ingest, and ends it. Runs once, on a thread of its own, which waits
 * for the device and the ingest.
 */
final class SessionFeed implements Runnable {
    private static final int PIECE_BYTES = 1 << 20;

    private final StorageEngine engine;
    private final SessionRecord record;
    private final Ingest ingest;
    private final CompletableFuture<Boolean> ended;

    SessionFeed(StorageEngine engine, SessionRecord record, Ingest ingest) {
        this.engine = engine;
        this.record = record;
        this.ingest = ingest;
        this.ended = ingest.done().toCompletableFuture().handle((image, failure) -> true);
    }

    @Override
    public void run() {
        try {
            if (sendAll()) {
                ingest.complete();
            } else {
                // It has failed already; this releases its last window.
                ingest.cut(new RefusedException(Refusal.CANCELLED, "the ingest has ended"));
            }
        } catch (RuntimeException failed) {
            ingest.cut(SessionFailures.explain(failed));
        } catch (Error failed) {
            ingest.cut(SessionFailures.explain(failed));
            throw failed;
        }
    }

    /** Whether the ingest took all bytes. */
    private boolean sendAll() {
        Sha256 hash = Sha256.create();
        int unit = engine.traits().ioAlignmentBytes();
        ByteBuffer piece = AlignedBuffer.allocate(Math.max(PIECE_BYTES, unit));
        long length = record.offsetBytes();
        try (Volume file = engine.open(PoolName.upload(record.id()), Access.VERIFY)) {
            for (long offset = 0; offset < length; offset += piece.capacity()) {
                int count = (int) Math.min(piece.capacity(), length - offset);
                piece.clear().limit((count + unit - 1) / unit * unit);
                Stages.await(file.read(offset, piece));
                piece.limit(count);
                hash.update(piece);
                if (!send(piece)) {
                    return false;
                }
            }
        }
        // INVARIANT I-1: the bytes in the pool are those that were received, also over a restart.
        if (!Arrays.equals(hash.digest(), Sha256.resumed(record.received()).digest())) {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the bytes of the upload read back from the pool differ from those that were received");
        }
        return true;
    }

    private boolean send(ByteBuffer piece) {
        ingest.receive(piece);
        while (piece.hasRemaining()) {
            CompletableFuture.anyOf(ingest.room(), ended).join();
            if (ended.isDone()) {
                return false;
            }
            ingest.receive(piece);
        }
        return true;
    }
}
