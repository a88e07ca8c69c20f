// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.io.Serial;

/** A chunk differs from its leaf, even after it was read again. Its bytes were not passed on to anybody. */
public final class SuspectChunk extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final long chunk;

    SuspectChunk(long chunk) {
        super("chunk " + chunk + " does not read as it was stored");
        this.chunk = chunk;
    }

    public long chunk() {
        return chunk;
    }
}
