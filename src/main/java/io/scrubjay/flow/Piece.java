// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.nio.ByteBuffer;

/** The next bytes of an image, for whoever reads it from front to back. */
public sealed interface Piece {
    /** How many bytes it is, positive. */
    long lengthBytes();

    /** Says that the bytes are needed no more. Once, by any thread. */
    void release();

    /**
     * Nothing but zeroes, which were not read because nothing is stored there.
     *
     * @param lengthBytes may be far more than a buffer holds
     */
    record Zeroes(long lengthBytes) implements Piece {
        @Override
        public void release() {
            // Holds nothing.
        }
    }

    /** Bytes of one chunk, compared with its leaf. They lie in a window until released. */
    final class Stored implements Piece {
        private final ByteBuffer bytes;
        private final Runnable release;

        /** @param release is run once the bytes are needed no more */
        public Stored(ByteBuffer bytes, Runnable release) {
            this.bytes = bytes;
            this.release = release;
        }

        @Override
        public long lengthBytes() {
            return bytes.limit();
        }

        /** The bytes, from 0 to the limit; not to be changed. */
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void release() {
            release.run();
        }
    }
}
