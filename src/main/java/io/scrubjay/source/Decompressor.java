// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Turns the bytes that were sent into the bytes of the file before its compression: one kind for each
 * {@link Compression}, one object for each stream.
 *
 * <ul>
 *   <li><b>Order</b>: the sent bytes arrive in order, split anywhere, in pieces of one byte or of mebibytes. The result
 *       does not depend on how they were split.
 *   <li><b>Bounds</b>: {@link #decode} takes the whole piece, and passes on everything that it decodes to, before it
 *       returns, except for less than one piece that may wait for more; however many bytes that are, they are passed on
 *       in pieces of a limited length. The memory that a decompressor keeps between calls, including its dictionary, has
 *       a limit that its kind states. A stream that would need more is refused; one that would need more than other
 *       streams leave at the moment is refused as {@code busy}.
 *   <li><b>Memory</b>: the memory of a piece is lent in both directions: neither side keeps it after the call.
 *   <li><b>End</b>: {@link #end} is called once, after the last byte; it is not called for a stream that is cut off.
 *   <li><b>Refusals</b>: {@code malformed-image} for bytes that no compressor produces, for a stream that ends too
 *       soon, and for bytes after its end; {@code unsupported-image} for a valid stream that is not supported. The text
 *       says what is wrong, and at which {@link StreamOffset}. After a refusal, its own or one by its sink, which it
 *       passes through, only {@link #close} is called.
 *   <li><b>Threads</b>: confined to one thread, which it may keep busy, but on which it must not wait for a device. Its
 *       sink is called on that thread; a kind that decodes on a thread of its own ends it when it is closed.
 * </ul>
 */
public interface Decompressor extends AutoCloseable {
    /**
     * Takes the next bytes as they were sent.
     *
     * @param file takes the decoded bytes; their offsets are positions in the file, not among the sent bytes
     * @throws RefusedException as described above
     */
    void decode(StreamPiece sent, StreamSink file);

    /**
     * Passes on the remaining bytes, after all bytes have been sent.
     *
     * @throws RefusedException {@code malformed-image} when the stream ends too soon
     */
    void end(StreamSink file);

    /** Releases its resources, at any moment; closing twice is harmless. */
    @Override
    void close();
}
