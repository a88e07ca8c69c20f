// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/** {@link Compression#NONE}: the sent bytes are the file. Copies nothing and keeps nothing. */
public final class Uncompressed implements Decompressor {
    @Override
    public void decode(StreamPiece sent, StreamSink file) {
        file.take(sent);
    }

    @Override
    public void end(StreamSink file) {
        // Everything has been passed on.
    }

    @Override
    public void close() {
        // There are no resources to release.
    }
}
