// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clears the clusters of volumes that are no longer visible, and deletes the volumes. Failed steps are retried in the
 * background ({@link Cleaning}) while the pool is open, and by the next start. Thread-safe; blocks for the device.
 */
final class Disposal {
    private static final System.Logger LOG = System.getLogger(Disposal.class.getName());

    private final OpenPool pool;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    Disposal(OpenPool pool) {
        this.pool = pool;
    }

    /**
     * Clears a volume and deletes it.
     *
     * @throws RuntimeException when that fails; it is retried later
     */
    void clearAndDelete(String uuid) {
        Lvol doomed = pool.store().get(uuid);
        pool.held().holdBack(uuid, doomed.ownClusters(), "a deleted volume's clusters are being cleared");
        try {
            pool.extents().writeBeforeDeletion(doomed);
            clear(doomed);
            pool.held().giveBack(uuid);
            failed.remove(uuid);
        } catch (RuntimeException failure) {
            pool.held()
                    .holdBack(
                            uuid,
                            doomed.ownClusters(),
                            "a deleted volume's clusters could not be cleared and freed; the agent tries again: "
                                    + failure.getMessage());
            tryLater(uuid);
            throw failure;
        }
    }

    /** INVARIANT I-6: SPDK hands out a freed cluster with its old content. */
    private void clear(Lvol doomed) {
        if (pool.clearing().unmapClears()) {
            return;
        }
        NativeHandle handle = pool.openWrite(doomed.uuid());
        try {
            Errno.require(
                    new Clusters(handle, pool.clusterSize()).clearAll(doomed.sizeBytes()), "clear a deleted volume");
        } finally {
            handle.close();
        }
    }

    /** Gives back free clusters that a private volume holds; retries later when that fails. */
    void giveBack(String uuid) {
        try {
            pool.held().giveBack(uuid);
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "free clusters could not be returned to the pool; the agent tries again",
                    failure);
            pool.held()
                    .holdBack(
                            uuid,
                            pool.held().count(uuid),
                            "free clusters could not be returned to the pool; the agent tries again: "
                                    + failure.getMessage());
            tryLater(uuid);
        }
    }

    private void tryLater(String uuid) {
        failed.add(uuid);
        pool.freeSpace().tryAgain();
    }

    /** Whether a failed step still has to be retried. Waits for nobody. */
    boolean hasFailed() {
        return !failed.isEmpty();
    }

    /** Retries the failed steps. Returns whether none is left. */
    boolean tryAgain() {
        for (String uuid : List.copyOf(failed)) {
            try {
                clearAndDelete(uuid);
            } catch (RpcFailed refused) {
                if (refused.errno() == Errno.ENODEV) {
                    // SPDK had deleted the volume, but did not report it.
                    pool.held().forget(uuid);
                    failed.remove(uuid);
                }
            } catch (RuntimeException again) {
                LOG.log(System.Logger.Level.DEBUG, "an internal volume could not be deleted yet", again);
            }
        }
        return failed.isEmpty();
    }
}
