// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The open pools of the reactor, each as the code that closes it. Thread-safe: guarded by itself. */
final class OpenPools {
    private final Set<Runnable> pools = new LinkedHashSet<>();

    synchronized void add(Runnable close) {
        pools.add(close);
    }

    synchronized void remove(Runnable close) {
        pools.remove(close);
        notifyAll();
    }

    synchronized List<Runnable> all() {
        return List.copyOf(pools);
    }

    /** Waits until all pools are closed, and returns whether they are. Ignores interrupts. */
    synchronized boolean awaitNone(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!pools.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException ignored) {
                // An interrupt must not cut the shutdown short.
            }
        }
        return true;
    }
}
