// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.util.stream.IntStream;

/** A stream cut into pieces, whose memory is taken back behind each. */
public final class Cuts {
    private Cuts() {}

    /** Sends all bytes in pieces that end at these positions, in ascending order, and at the end. */
    public static void send(byte[] bytes, IntStream ends, StreamSink sink) {
        int at = 0;
        for (int end : IntStream.concat(ends, IntStream.of(bytes.length)).toArray()) {
            if (end > at) {
                HeapBytes piece = HeapBytes.of(bytes, at, end);
                try {
                    sink.take(new StreamPiece(new StreamOffset(at), piece));
                } finally {
                    piece.takeBack();
                }
                at = end;
            }
        }
    }

    /** Sends the bytes before this position, in one piece. */
    static void sendFirst(byte[] bytes, int count, StreamSink sink) {
        byte[] first = new byte[count];
        System.arraycopy(bytes, 0, first, 0, count);
        send(first, IntStream.empty(), sink);
    }
}
