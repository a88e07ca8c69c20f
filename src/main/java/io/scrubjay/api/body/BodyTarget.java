// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes the bytes of a request body. Confined to the request's event loop; no method waits. */
public interface BodyTarget {
    /** Takes as many bytes as there is room for; the buffer's position then says how many it took. */
    void receive(ByteBuffer bytes);

    /** Completes when {@link #receive} can take bytes again, on any thread. */
    CompletableFuture<Void> room();

    /** Tells that the last byte has been received. */
    void complete();

    /** Tells that no more bytes will come, although the last one has not been received. */
    void cut(RefusedException why);

    /** Completes, on any thread, when the target has failed and needs no more bytes; otherwise never. */
    CompletionStage<Void> useless();

    /** How many bytes it has taken. */
    long receivedBytes();
}
