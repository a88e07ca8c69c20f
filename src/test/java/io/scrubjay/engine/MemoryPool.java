// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;

import java.util.function.UnaryOperator;

/** Pools in memory for tests, with clusters of 16 KiB. */
public final class MemoryPool {
    public static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("16K");

    private MemoryPool() {}

    public static MemoryMedium medium(int capacityClusters) {
        return MemoryMedium.of(CLUSTER_SIZE, (long) capacityClusters * CLUSTER_SIZE.bytes());
    }

    public static PoolOpener opener(int capacityClusters) {
        return opener(capacityClusters, engine -> engine);
    }

    /** A pool whose engine is decorated anew at every opening. */
    public static PoolOpener opener(int capacityClusters, UnaryOperator<StorageEngine> decorator) {
        MemoryMedium medium = medium(capacityClusters);
        return () -> decorator.apply(MemoryEngine.open(medium));
    }
}
