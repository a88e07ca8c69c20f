// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.vertx.core.buffer.Buffer;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * A response body that is produced while it is sent, no faster than the client reads it.
 *
 * <p>{@link #next} is called once at a time, from an event loop, and does not wait; {@link #close} is always called,
 * perhaps while {@code next} is in progress. A body that holds resources must be given to {@link RequestBodies} as soon
 * as it is created, since it may never be sent.
 */
public interface OutgoingBody {
    /** How many bytes there will be, when that is known; the response is chunked otherwise. */
    OptionalLong lengthBytes();

    /**
     * The next bytes, or empty at the end. If the first bytes cannot be had, the client gets a problem that says why.
     * If later ones cannot, the response is cut off, so that the client does not take it for complete.
     */
    CompletionStage<Optional<Part>> next();

    /** Ends the body: no more bytes are wanted. Does not wait; closing twice is harmless. */
    void close();

    /**
     * Some bytes to send.
     *
     * @param bytes valid until {@code sent} has run
     * @param sent runs once the bytes are no longer needed, whether they were sent or not
     */
    record Part(Buffer bytes, Runnable sent) {}
}
