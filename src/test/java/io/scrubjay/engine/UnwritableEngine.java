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
    private final CountDownLatch proving = new CountDownLatch(1);
    private volatile boolean hangs;
    private volatile boolean waitsForProof;

    public UnwritableEngine(StorageEngine delegate) {
        super(delegate);
    }

    public void refuse(Supplier<EngineException> failure) {
        refusal = Optional.of(failure);
    }

    public void hang() {
        hangs = true;
    }

    /** From now on says how full it is not before a proof has begun. */
    public void answerUsageOnceProving() {
        waitsForProof = true;
    }

    @Override
    public PoolUsage usage() {
        if (waitsForProof) {
            try {
                proving.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
        return super.usage();
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
        proving.countDown();
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
