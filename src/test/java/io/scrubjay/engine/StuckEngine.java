// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.concurrent.CompletableFuture;

/** Does not say how full it is until it is let go. As thread-safe as its delegate. */
public final class StuckEngine extends ForwardingEngine {
    private final CompletableFuture<Void> mayGoOn = new CompletableFuture<>();

    public StuckEngine(StorageEngine delegate) {
        super(delegate);
    }

    public void letGo() {
        mayGoOn.complete(null);
    }

    public boolean isStuck() {
        return !mayGoOn.isDone();
    }

    @Override
    public PoolUsage usage() {
        mayGoOn.join();
        return super.usage();
    }
}
