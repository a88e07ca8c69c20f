// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.StreamSink;

import java.nio.ByteBuffer;

/** Passes on a decoded file, piece by piece, each with its position. Confined to one thread. */
final class FilePieces {
    /**
     * The longest piece: what zstd decodes at once, and little enough to be still in the processor's cache when it is
     * copied to its window.
     */
    static final int BYTES_MAX = 128 << 10;

    private StreamOffset end = StreamOffset.START;

    /** Passes on the bytes between the position and the limit of a buffer, if there are any. */
    void pass(ByteBuffer decoded, StreamSink file) {
        if (decoded.hasRemaining()) {
            StreamPiece piece = new StreamPiece(end, new LentBuffer(decoded));
            end = piece.end();
            file.take(piece);
        }
    }
}
