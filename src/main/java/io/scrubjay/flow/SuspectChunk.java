// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.io.Serial;

/** A chunk does not read as its leaf says, and did not when it was read again. Its bytes were given to nobody. */
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
