// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.nio.ByteBuffer;

/** The next bytes of an image or volume, for a reader that goes from front to back. */
public sealed interface Piece {
    /** How many bytes it is, positive. */
    long lengthBytes();

    /** Releases the bytes. Called once, by any thread. */
    void release();

    /**
     * Zeroes, which were not read because nothing is stored there.
     *
     * @param lengthBytes may be far more than a buffer holds
     */
    record Zeroes(long lengthBytes) implements Piece {
        @Override
        public void release() {
            // Holds nothing.
        }
    }

    /** Bytes of one chunk, compared with its leaf if it has one. They are in a window until released. */
    final class Stored implements Piece {
        private final ByteBuffer bytes;
        private final Runnable release;

        /**
         * @param release runs once the bytes are no longer needed
         */
        public Stored(ByteBuffer bytes, Runnable release) {
            this.bytes = bytes;
            this.release = release;
        }

        @Override
        public long lengthBytes() {
            return bytes.limit();
        }

        /** The bytes, from 0 to the limit; they must not be changed. */
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void release() {
            release.run();
        }
    }
}
