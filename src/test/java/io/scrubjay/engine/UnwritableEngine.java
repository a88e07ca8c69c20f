// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Refuses to prove that it takes writes, or hangs with it, until it is let go. As thread-safe as its delegate. */
public final class UnwritableEngine extends ForwardingEngine {
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final AtomicInteger hanging = new AtomicInteger();
    private volatile Optional<Supplier<EngineException>> refusal = Optional.empty();
    private volatile boolean hangs;

    public UnwritableEngine(StorageEngine delegate) {
        super(delegate);
    }

    public void refuse(Supplier<EngineException> failure) {
        refusal = Optional.of(failure);
    }

    public void hang() {
        hangs = true;
    }

    /** How many threads hang. */
    public int hanging() {
        return hanging.get();
    }

    public void letGo() {
        refusal = Optional.empty();
        hangs = false;
        mayGoOn.countDown();
    }

    @Override
    public void proveWritable() {
        refusal.ifPresent(failure -> {
            throw failure.get();
        });
        if (hangs) {
            hanging.incrementAndGet();
            try {
                mayGoOn.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                hanging.decrementAndGet();
            }
        }
        super.proveWritable();
    }

    @Override
    public void close() {
        letGo();
        super.close();
    }
}
