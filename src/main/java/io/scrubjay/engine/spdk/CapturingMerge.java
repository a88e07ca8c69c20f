// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Merges a snapshot into its only child while clients write to volumes of the pool, and makes sure that none of them
 * gets a cluster that the merge frees, since such a cluster could not be cleared before. It takes all free clusters,
 * merges the snapshot, and takes all free clusters again: these are the ones that the merge has freed. The first ones
 * are given back unchanged, the second ones once they are cleared. The caller holds back all clients until the merge is
 * done.
 *
 * <p>Confined to one call; blocks for SPDK. After a crash, the next start clears these clusters.
 */
final class CapturingMerge {
    private static final System.Logger LOG = System.getLogger(CapturingMerge.class.getName());
    /** Other code of this process may take free clusters between the count and the taking; it clears them itself. */
    private static final int TRIES = 5;

    private final OpenPool pool;
    private final String snapshotUuid;
    private Optional<String> freed = Optional.empty();
    private boolean captured = true;
    private boolean merged;

    CapturingMerge(OpenPool pool, StoredLvol snapshot) {
        this.pool = pool;
        this.snapshotUuid = snapshot.uuid();
    }

    /** Merges, and takes the clusters that the merge frees. Between the first and the last step no client may write. */
    void run() {
        Optional<String> clear = takeAllFree(pool.held()::take);
        try {
            captured = false;
            try {
                pool.store().delete(snapshotUuid);
                merged = true;
            } finally {
                // A merge that failed may have freed some clusters as well.
                freed = takeAllFree(this::create);
            }
            captured = true;
        } finally {
            clear.ifPresent(pool.disposal()::giveBack);
        }
    }

    private Optional<String> takeAllFree(LongFunction<String> take) {
        for (int tries = 1; ; tries++) {
            long free = pool.store().fill().freeClusters();
            if (free == 0) {
                return Optional.empty();
            }
            try {
                return Optional.of(take.apply(free));
            } catch (RpcFailed failed) {
                if (tries == TRIES) {
                    throw failed;
                }
            }
        }
    }

    /** SPDK counts these clusters as used until they are cleared: nobody can get them earlier. */
    private String create(long clusters) {
        return pool.store()
                .create(
                        PrivateName.DELETED.fresh(),
                        clusters * pool.clusterSize().bytes(),
                        Provisioning.THICK,
                        pool.clearing().lvolMethod());
    }

    /** Whether the snapshot is gone, even if a later step failed. */
    boolean isMerged() {
        return merged;
    }

    /** Whether every cluster that the merge has freed is held here, so that nobody else can get it. */
    boolean isCaptured() {
        return captured;
    }

    /** Clears the clusters that the merge has freed, and frees them for others; clients may write again. */
    void clear(Disposal disposal) {
        try {
            freed.ifPresent(disposal::clearAndDelete);
        } catch (RuntimeException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clusters of a deleted snapshot could not be cleared; the agent tries again",
                    failed);
        }
    }
}
