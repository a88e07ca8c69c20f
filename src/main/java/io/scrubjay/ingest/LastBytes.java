// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import java.nio.ByteBuffer;

/** The last bytes of a stream that comes in pieces, at most so many. Confined to one thread. */
final class LastBytes {
    private final ByteBuffer kept;

    LastBytes(int count) {
        this.kept = ByteBuffer.allocate(count).flip();
    }

    /** The next piece; its position is not changed. */
    void follow(ByteBuffer piece) {
        int fresh = Math.min(piece.remaining(), kept.capacity());
        int old = Math.min(kept.remaining(), kept.capacity() - fresh);
        kept.position(kept.limit() - old);
        kept.compact();
        kept.put(piece.slice(piece.limit() - fresh, fresh));
        kept.flip();
    }

    /** What is kept, the last byte of the stream last. */
    ByteBuffer get() {
        return kept.asReadOnlyBuffer();
    }
}
