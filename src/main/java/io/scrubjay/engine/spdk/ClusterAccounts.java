// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;

/**
 * Checks that no cluster of a pool has two owners. In some cases SPDK frees a cluster that a volume keeps using, such
 * as when a metadata write fails. The next volume that allocates gets the same cluster, and the two overwrite each
 * other's bytes. This cannot be seen in the volumes, but it can be counted: together they then have more clusters than
 * are in use. Only after a start that followed a crash SPDK counts such clusters twice itself; the next start finds
 * them.
 *
 * <p>From the moment that is found, the pool can be read and no longer changed, for as long as it is open; where another
 * start sets it right, that ends with a proof that the device takes writes ({@link ProofBlock#endForARestart}). Thread-safe.
 */
final class ClusterAccounts {
    private static final System.Logger LOG = System.getLogger(ClusterAccounts.class.getName());
    /** The two sides are asked for one after the other, and may change between. */
    private static final int LOOKS = 3;

    private final LvolStore store;
    private volatile boolean overdrawn;
    /** Whether they have balanced at any time since the pool was opened. */
    private volatile boolean balancedOnce;

    ClusterAccounts(LvolStore store) {
        this.store = store;
    }

    /** Counts; whether they balance. Blocks for SPDK, some milliseconds and more with thousands of volumes. */
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
     * Counts, before something is made of the clusters that cannot be taken back.
     *
     * @throws EngineException.DeviceFailed when they do not balance
     */
    void requireAudited() {
        audit();
        requireBalanced();
    }

    /** Whether all was well when it was last looked at. */
    boolean isBalanced() {
        return !overdrawn;
    }

    /** Whether a cluster got its second owner while the pool was open: the medium may know of one owner only. */
    boolean isOverdrawnSinceTheOpening() {
        return overdrawn && balancedOnce;
    }

    /** @throws EngineException.DeviceFailed when a change could destroy what others have stored */
    void requireBalanced() {
        if (overdrawn) {
            throw failure();
        }
    }

    static EngineException.DeviceFailed failure() {
        return new EngineException.DeviceFailed("a change to a pool in which volumes share clusters by mistake", 0);
    }
}
