// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.util.concurrent.CompletableFuture;

/** Where the chunks of a volume are read. Thread-safe. */
public interface ChunkSource {
    /** Reads one chunk into a window, from its beginning on; whoever gets the window releases it. Does not wait. */
    CompletableFuture<Window> read(long chunk);
}
