// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.SlowEngine;
import io.scrubjay.pool.TestPool;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** In the configured engine's place, for tests that choose it: one whose calls a test holds back. */
@Alternative
@Singleton
public final class SlowPool {
    private static final long CAPACITY_BYTES = 256L << 20;

    private final SlowEngine engine = new SlowEngine(TestPool.open(ClusterSize.parse("64K"), CAPACITY_BYTES));

    /** What holds calls back. */
    public SlowEngine engine() {
        return engine;
    }

    @Produces
    @Singleton
    OpenedEngine opened() {
        return OpenedEngine.of(engine);
    }
}
