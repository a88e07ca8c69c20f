// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.util.concurrent.CompletableFuture;

/** Reads the chunks of a volume. Thread-safe. */
public interface ChunkSource {
    /** Reads one chunk into a window, from its beginning on; the caller must release the window. Does not wait. */
    CompletableFuture<Window> read(long chunk);
}
