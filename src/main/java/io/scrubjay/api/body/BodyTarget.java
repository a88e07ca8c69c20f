// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where the bytes of a request body go. Confined to the request's event loop; nothing waits. */
public interface BodyTarget {
    /** Takes bytes as far as there is room; the buffer's position says how many. */
    void receive(ByteBuffer bytes);

    /** Completes when {@link #receive} can take bytes again, in any thread. */
    CompletableFuture<Void> room();

    /** Says that the last byte has come. */
    void complete();

    /** Says that no more will come, before the last one. */
    void cut(RefusedException why);

    /** Completes, in any thread, when it has failed and whatever else comes is of no use; otherwise never. */
    CompletionStage<Void> useless();

    /** How many bytes it has taken. */
    long receivedBytes();
}
