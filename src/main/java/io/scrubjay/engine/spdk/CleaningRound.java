// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.process.NativeHandle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One pass over the free clusters of a pool: takes them with private volumes, clears them, and gives them back. Cleared
 * clusters must be held until the end, since the next step would otherwise get the same ones. Confined to the cleaning
 * thread; blocks for the device.
 */
final class CleaningRound {
    /** How much one private volume takes at a time. */
    private static final long STEP_BYTES = 1L << 30;
    /** How many clusters are left to others until the last step, which is short. */
    private static final long LEFT_CLUSTERS = 16;

    private final OpenPool pool;
    private final BooleanSupplier mayHold;
    private final List<String> taken = new ArrayList<>();

    /** @param mayHold asked before each step; {@code false} ends the round */
    CleaningRound(OpenPool pool, BooleanSupplier mayHold) {
        this.pool = pool;
        this.mayHold = mayHold;
    }

    /** Takes free clusters until none is left, and clears them. Returns whether the round was completed. */
    boolean takeAndClear() {
        pool.accounts().requireAudited();
        long clusterBytes = pool.clusterSize().bytes();
        while (true) {
            long free = pool.store().fill().freeClusters();
            boolean last = free <= LEFT_CLUSTERS;
            long step = last ? free : Math.min(free - LEFT_CLUSTERS, STEP_BYTES / clusterBytes);
            if (!mayHold.getAsBoolean()) {
                return false;
            }
            if (step > 0) {
                takeAndClear(step);
            }
            if (last) {
                return true;
            }
        }
    }

    private void takeAndClear(long clusters) {
        String uuid = pool.held().take(clusters);
        taken.add(uuid);
        if (!pool.clearing().unmapClears()) {
            NativeHandle handle = pool.openWrite(uuid);
            try {
                Errno.require(
                        new Clusters(handle, pool.clusterSize())
                                .clear(new ByteRange(
                                        0, clusters * pool.clusterSize().bytes())),
                        "clear free clusters");
            } finally {
                handle.close();
            }
        }
    }

    /** Gives back all clusters that this round holds. */
    void giveBack() {
        taken.forEach(pool.disposal()::giveBack);
        taken.clear();
    }
}
