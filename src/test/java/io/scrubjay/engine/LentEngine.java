// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Objects;
import java.util.function.Consumer;

/** An engine whose closing is something else, done once. As thread-safe as its delegate. */
public final class LentEngine extends ForwardingEngine {
    private final Consumer<StorageEngine> atClose;
    private boolean closed;

    /** @param atClose what is done with the delegate instead of closing it */
    public LentEngine(StorageEngine delegate, Consumer<StorageEngine> atClose) {
        super(delegate);
        this.atClose = Objects.requireNonNull(atClose);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            atClose.accept(delegate());
        }
    }
}
