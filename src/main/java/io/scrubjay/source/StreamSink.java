// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/** Takes the bytes of a stream: each piece begins where the one before it has ended, the first at {@link StreamOffset#START}. */
@FunctionalInterface
public interface StreamSink {
    /**
     * Takes the next piece, whose memory is lent until this returns.
     *
     * @throws RuntimeException when the stream is of no use any more; nothing is to follow
     */
    void take(StreamPiece piece);
}
