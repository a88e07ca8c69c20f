// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.util.Objects;

/**
 * Bytes of a stream, on their way.
 *
 * @param offset where in the stream the first of them is
 * @param bytes at least one
 */
public record StreamPiece(StreamOffset offset, LentBytes bytes) {
    public StreamPiece {
        Objects.requireNonNull(offset);
        if (bytes.length() == 0) {
            throw new IllegalArgumentException("an empty piece of a stream");
        }
    }

    /** Where the piece after it begins. */
    public StreamOffset end() {
        return offset.plus(bytes.length());
    }
}
