// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import java.nio.ByteBuffer;

/** Keeps a limited number of the last bytes of a stream that arrives in pieces. Confined to one thread. */
final class LastBytes {
    private final ByteBuffer kept;

    LastBytes(int count) {
        this.kept = ByteBuffer.allocate(count).flip();
    }

    /** Adds the next piece; its position is not changed. */
    void follow(ByteBuffer piece) {
        int fresh = Math.min(piece.remaining(), kept.capacity());
        int old = Math.min(kept.remaining(), kept.capacity() - fresh);
        kept.position(kept.limit() - old);
        kept.compact();
        kept.put(piece.slice(piece.limit() - fresh, fresh));
        kept.flip();
    }

    /** The bytes that are kept, in the order of the stream. */
    ByteBuffer get() {
        return kept.asReadOnlyBuffer();
    }
}
