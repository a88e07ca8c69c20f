// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.BodyTarget;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A body that becomes an image. */
final class IngestBody implements BodyTarget {
    private final Ingest ingest;

    IngestBody(Ingest ingest) {
        this.ingest = ingest;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        ingest.receive(bytes);
    }

    @Override
    public CompletableFuture<Void> room() {
        return ingest.room();
    }

    @Override
    public void complete() {
        ingest.complete();
    }

    @Override
    public void cut(RefusedException why) {
        ingest.cut(why);
    }

    @Override
    public CompletionStage<Void> useless() {
        CompletableFuture<Void> useless = new CompletableFuture<>();
        CompletionStage<?> unused = ingest.done().whenComplete((image, failure) -> {
            if (failure != null) {
                useless.complete(null);
            }
        });
        return useless;
    }

    @Override
    public long receivedBytes() {
        return ingest.image().receivedBytes();
    }
}
