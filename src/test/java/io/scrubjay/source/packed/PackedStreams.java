// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.Decompressor;
import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Sends compressed streams whose ends are still to come. */
final class PackedStreams {
    private PackedStreams() {}

    /** Sends the first bytes of a stream, in one piece, and gives back what they decode to so far. */
    static byte[] decode(Decompressor decompressor, byte[] sent) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        decompressor.decode(new StreamPiece(StreamOffset.START, new LentBuffer(ByteBuffer.wrap(sent))), piece -> {
            byte[] bytes = new byte[piece.bytes().length()];
            piece.bytes().view().get(bytes);
            file.writeBytes(bytes);
        });
        return file.toByteArray();
    }
}
