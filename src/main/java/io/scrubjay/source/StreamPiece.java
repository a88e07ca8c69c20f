// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.util.Objects;

/**
 * Some bytes of a stream.
 *
 * @param offset the position of the first byte in the stream
 * @param bytes at least one
 */
public record StreamPiece(StreamOffset offset, LentBytes bytes) {
    public StreamPiece {
        Objects.requireNonNull(offset);
        if (bytes.length() == 0) {
            throw new IllegalArgumentException("an empty piece of a stream");
        }
    }

    /** The position at which the next piece begins. */
    public StreamOffset end() {
        return offset.plus(bytes.length());
    }
}
