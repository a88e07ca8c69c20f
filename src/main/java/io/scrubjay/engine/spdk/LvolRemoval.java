// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes volumes and snapshots. The caller has locked the names of the volume and of its relatives, and has retired
 * the volume.
 *
 * <p>Thread-safe. Every call blocks, ends with the change on the medium, and may throw {@link RpcFailed}.
 */
final class LvolRemoval {
    private final OpenPool pool;
    private final LvolStore store;
    private final LvolCatalog catalog;
    private final Guard guard;
    private final Optional<SpdkExports> exports;
    private final Disposal disposal;

    LvolRemoval(OpenPool pool, LvolCatalog catalog, Guard guard, Optional<SpdkExports> exports) {
        this.pool = pool;
        this.store = pool.store();
        this.catalog = catalog;
        this.guard = guard;
        this.exports = exports;
        this.disposal = pool.disposal();
    }

    /** Deletes a volume on which no other depends. Its clusters are cleared before anybody else gets them. */
    void delete(StoredLvol stored) {
        Lvol facts = stored.facts();
        String doomed = PrivateName.DELETED.fresh();
        String uuid = guard.alone(
                () -> facts.kind() == VolumeKind.SNAPSHOT ? swallowed(facts, doomed) : renamed(facts, doomed));
        // ORDER: from here on the volume is gone, even after a crash; the next start would finish the deletion.
        pool.sync();
        catalog.remove(stored);
        disposal.clearAndDelete(uuid);
        pool.sync();
    }

    private String renamed(Lvol volume, String doomed) {
        store.rename(volume.uuid(), doomed);
        return volume.uuid();
    }

    /**
     * Gives the clusters of a snapshot to a volume that can be cleared: nobody can write to a snapshot, or rename it, but
     * SPDK gives all clusters of a deleted snapshot to its clone if it has exactly one.
     *
     * @return the clone; the snapshot itself, not deleted, if there is no room for a clone, and none is needed for clearing
     */
    private String swallowed(Lvol snapshot, String doomed) {
        String clone;
        try {
            clone = store.cloneOf(snapshot.uuid(), doomed);
        } catch (RpcFailed refused) {
            if (refused.asEngineException() instanceof EngineException.NoSpace
                    && pool.clearing().unmapClears()) {
                return snapshot.uuid();
            }
            throw refused;
        }
        pool.failures().learn();
        long failuresBefore = pool.failures().known();
        try {
            store.delete(snapshot.uuid());
            return clone;
        } catch (RuntimeException failed) {
            if (pool.failures().hasFailedSince(failuresBefore)) {
                // SPDK (26.05) then removes the snapshot's mark and leaves the snapshot's clusters to the clone:
                // deleting the clone would free clusters that the snapshot still lists, and the next start would find
                // damage.
                Restart.now("the device has failed while '" + snapshot.name()
                        + "' was deleted, and SPDK takes its clusters for those of two volumes");
            }
            // The clone has got no clusters, and would prevent the deletion of the snapshot.
            store.delete(clone);
            throw failed;
        }
    }

    /**
     * Deletes a snapshot on which one volume depends. The volume still reads the same bytes afterwards.
     *
     * <p>INVARIANT I-6: a merge frees clusters that nobody has cleared; no client may get one of them.
     */
    void merge(StoredLvol snapshot, StoredLvol child) {
        exports.ifPresentOrElse(
                all -> all.merging(writers -> {
                    if (writers.isEmpty()) {
                        mergeAlone(snapshot, child);
                    } else {
                        mergeBeside(writers, snapshot, child);
                    }
                }),
                () -> mergeAlone(snapshot, child));
    }

    private void mergeAlone(StoredLvol snapshot, StoredLvol child) {
        pool.freeSpace().merging(() -> {
            guard.holding(child, () -> store.delete(snapshot.uuid()));
            catalog.refresh(child, pool);
            catalog.remove(snapshot);
        });
    }

    /** Merges while clients write to these volumes. */
    private void mergeBeside(List<StoredLvol> writers, StoredLvol snapshot, StoredLvol child) {
        Set<StoredLvol> still = new LinkedHashSet<>(writers);
        still.add(child);
        CapturingMerge merge = new CapturingMerge(pool, snapshot);
        try {
            pool.freeSpace().merging(merge, all -> guard.holding(new ArrayDeque<>(still), all::run));
        } finally {
            try {
                // ORDER: before the clearing, which takes long: SPDK does not have the snapshot any more, and whoever
                // reads the child has to learn that.
                if (merge.isMerged()) {
                    forget(snapshot, child);
                }
            } finally {
                merge.clear(disposal);
            }
        }
    }

    /** ORDER: the child first; until then its parent must be found. */
    private void forget(StoredLvol snapshot, StoredLvol child) {
        try {
            catalog.refresh(child, pool);
        } finally {
            catalog.remove(snapshot);
        }
    }
}
