// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.List;

/**
 * The mark of a closed pool whose free clusters hold only zeroes: a volume without clusters. It is created when a pool
 * is closed cleanly and removed when the pool is opened: a pool without the mark counts as not clean. Blocks for SPDK; a
 * pool is never opened and closed at the same time.
 */
final class CleanMark {
    private static final System.Logger LOG = System.getLogger(CleanMark.class.getName());

    private final OpenPool pool;
    private final Disposal disposal;
    /** Whether a mark may be made; set before any other thread can see this object. */
    private volatile boolean markable = true;

    CleanMark(OpenPool pool, Disposal disposal) {
        this.pool = pool;
        this.disposal = disposal;
    }

    /**
     * Continues the deletions that the last run of this pool left unfinished, and removes the mark.
     *
     * @param found all volumes of the pool
     * @return whether there was a mark that counts
     */
    boolean take(List<Lvol> found) {
        boolean believed = remove(found);
        if (!believed) {
            warnOfCleaning();
        }
        return believed;
    }

    /** The same for a pool that was not closed cleanly: no mark counts. */
    void takeAfterCrash(List<Lvol> found) {
        remove(found);
        warnOfCleaning();
    }

    private boolean remove(List<Lvol> found) {
        endDeletions(found);
        List<Lvol> marks = all(PrivateName.CLEAN, found);
        List<Lvol> voids = all(PrivateName.VOID, found);
        // ORDER: a mark is durably gone before anybody can make it untrue, and before the volumes that void it are
        // deleted.
        marks.forEach(mark -> pool.store().delete(mark.uuid()));
        pool.sync();
        voids.forEach(old -> pool.store().delete(old.uuid()));
        return !marks.isEmpty() && voids.isEmpty();
    }

    private static void warnOfCleaning() {
        LOG.log(
                System.Logger.Level.WARNING,
                "the pool was not closed cleanly, so the agent clears its free clusters in the background; nothing"
                        + " has to be done");
    }

    /**
     * The same for a pool of which something cannot be read. No mark counts, and none is made, until everything can be
     * read again.
     *
     * @param found all volumes that can be read
     */
    void takeInPart(List<Lvol> found) {
        endDeletions(found);
        markable = false;
        // ORDER: before the first free cluster is handed out, the pool contains a volume that voids every mark that
        // becomes readable later.
        if (all(PrivateName.VOID, found).isEmpty()) {
            putVoid();
        }
        pool.sync();
        all(PrivateName.CLEAN, found).forEach(mark -> pool.store().delete(mark.uuid()));
        LOG.log(
                System.Logger.Level.WARNING,
                "something in the pool cannot be read and keeps its clusters; the agent clears the free ones. GET"
                        + " /v1/pool lists it under 'unreadable'");
    }

    /**
     * Makes every mark void. A pool that is too full for this is used all the same: all clusters that it frees while
     * something cannot be read are cleared first, since nothing is merged meanwhile; and after a crash no mark counts.
     */
    private void putVoid() {
        try {
            // A fresh name: a volume that cannot be read may have the usual one, and of two volumes with one name SPDK
            // opens only one.
            pool.store()
                    .create(PrivateName.VOID.fresh(), pool.store().clusterSize().bytes(), Provisioning.THIN, "none");
        } catch (RpcFailed refused) {
            if (!(refused.asEngineException() instanceof EngineException.NoSpace)) {
                throw refused;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the pool is too full for the marker by which the next start clears its free clusters; nothing"
                            + " has to be done",
                    refused);
        }
    }

    /** Retries failed deletions later: an internal volume must not keep the pool from being opened. */
    private void endDeletions(List<Lvol> found) {
        for (Lvol lvol : found) {
            if (PrivateName.isPrivate(lvol.name())
                    && !PrivateName.CLEAN.matches(lvol.name())
                    && !PrivateName.VOID.matches(lvol.name())) {
                try {
                    endDeletion(lvol);
                } catch (RuntimeException failed) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the agent's internal volume " + lvol.name()
                                    + " could not be deleted; the agent tries again later",
                            failed);
                }
            }
        }
    }

    private void endDeletion(Lvol lvol) {
        if (PrivateName.PROOF.matches(lvol.name()) && !isItsOwn(lvol)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the device has lost or misplaced a write: {0} does not hold what was written to it. It keeps"
                            + " its cluster, which may belong to an image too: scrub all images, and check the device",
                    lvol.name());
            keep(lvol, "a test block does not hold what was written to it, but perhaps an image's bytes");
            return;
        }
        LOG.log(
                System.Logger.Level.INFO,
                "continuing the deletion of {0}, which an earlier run of the agent began",
                lvol.name());
        disposal.clearAndDelete(lvol.uuid());
    }

    private boolean isItsOwn(Lvol proof) {
        try {
            return ProofBlock.isItsOwn(pool, proof.uuid());
        } catch (RuntimeException failed) {
            keep(proof, "a test block cannot be read; the next start tries again: " + failed.getMessage());
            throw failed;
        }
    }

    private void keep(Lvol lvol, String reason) {
        pool.held().holdBack(lvol.uuid(), lvol.ownClusters(), reason);
    }

    private static List<Lvol> all(PrivateName kind, List<Lvol> found) {
        return found.stream().filter(lvol -> kind.matches(lvol.name())).toList();
    }

    /** Called when a pool is closed whose free clusters are all clear. Leaves the mark, unless none may be made. */
    void leave() {
        if (!markable) {
            return;
        }
        // ORDER: the zeroes are on the medium before the mark that vouches for them.
        pool.sync();
        try {
            // A cluster that SPDK has freed while a volume still uses it is not clear, and no cleaning has seen it.
            if (pool.accounts().audit() && !pool.failures().hasFailed()) {
                put(pool.store());
            }
        } catch (RpcFailed refused) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the agent could not mark the pool as closed cleanly, so the next start clears its free"
                            + " clusters; nothing has to be done",
                    refused);
        }
    }

    /** Leaves the mark for the next opening of the pool: all free clusters hold only zeroes. Takes no cluster. */
    static void put(LvolStore store) {
        store.create(PrivateName.CLEAN.single(), store.clusterSize().bytes(), Provisioning.THIN, "none");
    }
}
