// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;

/**
 * Does not say how full it is until it is let go. Closing waits for those who asked: some of them have stopped waiting for
 * the answer, and ask all the same. As thread-safe as its delegate.
 */
public final class StuckEngine extends ForwardingEngine {
    private final CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
    private final Phaser questions = new Phaser(1);

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
        questions.register();
        try {
            mayGoOn.join();
            return super.usage();
        } finally {
            questions.arriveAndDeregister();
        }
    }

    @Override
    public void close() {
        letGo();
        questions.arriveAndAwaitAdvance();
        super.close();
    }
}
