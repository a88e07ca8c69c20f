// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.source.SourceForm;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How many bytes of the file the ingest has taken, and their checksum: with it the agent recognises them when a server
 * sends them again. Keeps the first ones, too, which show what kind of file it is. Confined to the fetch's event loop,
 * where a CRC costs little beside the copy into a window.
 */
final class TakenBytes {
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer first = ByteBuffer.allocate(SourceForm.BYTES_NEEDED);
    private long count;

    long count() {
        return count;
    }

    /** Adds the next bytes, from the buffer's position to its limit; changes neither. */
    void add(ByteBuffer bytes) {
        count += bytes.remaining();
        checksum.update(bytes.duplicate());
        if (first.hasRemaining()) {
            first.put(bytes.slice(bytes.position(), Math.min(first.remaining(), bytes.remaining())));
        }
    }

    /** The first bytes of the file: {@link SourceForm#BYTES_NEEDED}, or as many as there are so far. */
    ByteBuffer first() {
        return first.asReadOnlyBuffer().flip();
    }

    /** The bytes so far, to be compared with those that a server sends from the beginning. */
    Repeat fromTheBeginning() {
        return new Repeat(count, checksum.getValue());
    }

    /** As many bytes as a server sends again before the first new one. They cannot be compared. */
    static Repeat unchecked(long count) {
        return new Repeat(count);
    }

    /** Bytes that a server sends again. */
    static final class Repeat {
        private final CRC32C repeated = new CRC32C();
        private final boolean isChecked;
        private final long expected;
        private long left;

        private Repeat(long count, long checksum) {
            this.left = count;
            this.expected = checksum;
            this.isChecked = true;
        }

        private Repeat(long count) {
            this.left = count;
            this.expected = 0;
            this.isChecked = false;
        }

        /** Takes those bytes of a piece that were there before; the buffer's position is then at the first new one. */
        void pass(ByteBuffer piece) {
            int again = (int) Math.min(left, piece.remaining());
            if (again > 0) {
                repeated.update(piece.slice(piece.position(), again));
                piece.position(piece.position() + again);
                left -= again;
            }
        }

        /** Whether all of them have come again. */
        boolean isOver() {
            return left == 0;
        }

        /** Whether they are the same as before, or could not be compared. Call it once they are over. */
        boolean isSame() {
            return !isChecked || repeated.getValue() == expected;
        }
    }
}
