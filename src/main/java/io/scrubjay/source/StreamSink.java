// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/**
 * Takes the bytes of a stream: each piece begins where the previous one ended, the first at {@link StreamOffset#START}.
 */
@FunctionalInterface
public interface StreamSink {
    /**
     * Takes the next piece, whose memory is lent until this returns.
     *
     * @throws RuntimeException when the stream is no longer wanted; no more pieces may follow
     */
    void take(StreamPiece piece);
}
