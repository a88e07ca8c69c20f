// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.vertx.core.buffer.Buffer;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * A response's body that is made while it is sent, no faster than the client takes it.
 *
 * <p>{@link #next} is called once at a time, from an event loop, and does not wait; {@link #close} is called whatever
 * happened, perhaps while {@code next} is under way. One that holds something is given to {@link RequestBodies} as soon as
 * it is made: it may be that nobody ever sends it.
 */
public interface OutgoingBody {
    /** How many bytes there will be, when that is known; the response is chunked otherwise. */
    OptionalLong lengthBytes();

    /**
     * The next bytes, or empty at the end. When the first bytes cannot be had, the client gets a problem that says why. When
     * later ones cannot, the response is cut, so that the client does not take it for complete.
     */
    CompletionStage<Optional<Part>> next();

    /** No more is wanted. Does not wait; twice is harmless. */
    void close();

    /**
     * Bytes on their way out.
     *
     * @param bytes valid until {@code sent} has run
     * @param sent runs once the bytes are needed no more, whether they were sent or not
     */
    record Part(Buffer bytes, Runnable sent) {}
}
