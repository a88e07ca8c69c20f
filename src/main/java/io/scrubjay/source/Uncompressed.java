// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/** {@link Compression#NONE}: what is sent is the file. Copies nothing and keeps nothing. */
public final class Uncompressed implements Decompressor {
    @Override
    public void decode(StreamPiece sent, StreamSink file) {
        file.take(sent);
    }

    @Override
    public void end(StreamSink file) {
        // All has been passed on.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
