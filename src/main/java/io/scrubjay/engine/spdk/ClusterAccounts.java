// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;

/**
 * Checks that no cluster of a pool has two owners. In some cases SPDK frees a cluster that a volume keeps using, such
 * as when a metadata write fails. The next volume that allocates gets the same cluster, and the two overwrite each
 * other's bytes. This cannot be seen in the volumes, but it can be counted: together, the volumes then have more
 * clusters than are in use. Only after a start that followed a crash does SPDK count such clusters twice itself; the
 * next start finds them.
 *
 * <p>Once two owners are found, the pool can be read but not changed, for as long as it is open. If another start can
 * put this right, the process ends as soon as a proof shows that the device accepts writes ({@link
 * ProofBlock#endForARestart}). Thread-safe.
 */
final class ClusterAccounts {
    private static final System.Logger LOG = System.getLogger(ClusterAccounts.class.getName());
    /** The two numbers are read one after the other, and may change in between. */
    private static final int LOOKS = 3;

    private final LvolStore store;
    private volatile boolean overdrawn;
    /** Whether the accounts have balanced at any time since the pool was opened. */
    private volatile boolean balancedOnce;

    ClusterAccounts(LvolStore store) {
        this.store = store;
    }

    /**
     * Counts, and returns whether the accounts balance. Blocks for SPDK: some milliseconds, more with thousands of
     * volumes.
     */
    boolean audit() {
        for (int look = 0; look < LOOKS && !overdrawn; look++) {
            if (addUp()) {
                balancedOnce = true;
                return true;
            }
        }
        if (!overdrawn) {
            overdrawn = true;
            LOG.log(
                    System.Logger.Level.ERROR,
                    "volumes of the pool share clusters by mistake. The agent refuses all further changes to the"
                            + " pool; scrub all images to find the damaged ones");
        }
        return false;
    }

    private boolean addUp() {
        long before = store.fill().usedClusters();
        long owned = store.all().stream().mapToLong(Lvol::ownClusters).sum();
        return owned <= Math.max(before, store.fill().usedClusters());
    }

    /**
     * Counts before clusters are used in a way that cannot be undone.
     *
     * @throws EngineException.DeviceFailed when the accounts do not balance
     */
    void requireAudited() {
        audit();
        requireBalanced();
    }

    /** Whether the accounts balanced at every count so far. */
    boolean isBalanced() {
        return !overdrawn;
    }

    /** Whether a cluster got its second owner while the pool was open: the medium may know of one owner only. */
    boolean isOverdrawnSinceTheOpening() {
        return overdrawn && balancedOnce;
    }

    /**
     * @throws EngineException.DeviceFailed when the accounts do not balance: a change could destroy the data of others
     */
    void requireBalanced() {
        if (overdrawn) {
            throw failure();
        }
    }

    static EngineException.DeviceFailed failure() {
        return new EngineException.DeviceFailed("a change to a pool in which volumes share clusters by mistake", 0);
    }
}
