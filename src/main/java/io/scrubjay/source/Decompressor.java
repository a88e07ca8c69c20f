// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Makes of the bytes that were sent those of the file that was compressed: one kind for each {@link Compression}, one
 * object for each stream.
 *
 * <ul>
 *   <li><b>Order</b>: what was sent comes in order, cut anywhere, in pieces of one byte or of mebibytes. What the file holds
 *       does not depend on how it was cut.
 *   <li><b>Bounds</b>: takes all of a piece, and has passed on all that it decodes to, before it returns; however many
 *       bytes that are, they leave in pieces of a bounded length. What a decompressor keeps between calls, its dictionary
 *       included, has a bound that its kind states. A stream that would need more is refused.
 *   <li><b>Memory</b>: a piece's memory is lent in both directions: neither side keeps it beyond the call.
 *   <li><b>End</b>: {@link #end}, once, after the last byte. A stream that is cut gets no {@code end}.
 *   <li><b>Refusals</b>: {@code malformed-image} for bytes that no compressor makes, for a stream that ends too soon, and
 *       for bytes behind its end; {@code unsupported-image} for what is right but not decoded here. The text says what is
 *       wrong, and at which {@link StreamOffset}. After a refusal, and after one by its sink, which it lets through, only
 *       {@link #close} is called.
 *   <li><b>Threads</b>: confined to one, which it may keep busy, and in which it may not wait for a device.
 * </ul>
 */
public interface Decompressor extends AutoCloseable {
    /**
     * Takes the next bytes as they were sent.
     *
     * @param file takes what they decode to; its offsets are positions in the file, not among what was sent
     * @throws RefusedException as said above
     */
    void decode(StreamPiece sent, StreamSink file);

    /**
     * Passes on what is left, now that all bytes have been sent.
     *
     * @throws RefusedException {@code malformed-image} when that is too few
     */
    void end(StreamSink file);

    /** Gives back what it holds, at any moment; harmless the second time. */
    @Override
    void close();
}
