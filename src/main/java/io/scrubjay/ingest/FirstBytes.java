// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.LentBytes;

import java.nio.ByteBuffer;

/** Collects a limited number of the first bytes of a stream that arrives in pieces. Confined to one thread. */
final class FirstBytes {
    private final ByteBuffer kept;

    FirstBytes(int count) {
        this.kept = ByteBuffer.allocate(count);
    }

    /**
     * Takes what is missing from the next piece.
     *
     * @return how many bytes it took
     */
    int take(LentBytes piece) {
        int count = Math.min(kept.remaining(), piece.length());
        kept.put(piece.slice(0, count).view());
        return count;
    }

    boolean isEmpty() {
        return kept.position() == 0;
    }

    boolean isFull() {
        return !kept.hasRemaining();
    }

    /** The bytes that are kept. */
    LentBytes get() {
        return new LentBuffer(kept.asReadOnlyBuffer().flip());
    }
}
