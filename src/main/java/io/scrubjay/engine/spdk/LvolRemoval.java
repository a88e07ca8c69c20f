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
 * Deletes volumes and snapshots. The caller has the names of the volume and its relatives locked, and has retired it.
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

    /** Deletes a volume that no other depends on. Its clusters are cleared before anybody gets them. */
    void delete(StoredLvol stored) {
        Lvol facts = stored.facts();
        String doomed = PrivateName.DELETED.fresh();
        String uuid = guard.alone(
                () -> facts.kind() == VolumeKind.SNAPSHOT ? swallowed(facts, doomed) : renamed(facts, doomed));
        // ORDER: from here on the volume is gone, also after a crash; the next start would go on with the rest.
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
     * Nobody can write to a snapshot, nor rename it. Deleted while it has one clone, it leaves that all its clusters.
     *
     * @return the clone; the snapshot itself where there is no room for a clone, and none is needed to clear it
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
                // SPDK (26.05) takes the mark off the snapshot then, and leaves the clone what was the snapshot's:
                // whoever deletes that frees what the snapshot goes on listing, and the next start finds damage.
                Restart.now("the device has failed while '" + snapshot.name()
                        + "' was deleted, and SPDK takes its clusters for those of two volumes");
            }
            // It has swallowed nothing, and would keep the snapshot from being deleted.
            store.delete(clone);
            throw failed;
        }
    }

    /**
     * Deletes a snapshot that one volume depends on, which keeps reading what it read.
     *
     * <p>INVARIANT I-6: a merge leaves clusters that nobody has cleared; no client may be handed one.
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

    /** While clients write to these volumes. */
    private void mergeBeside(List<StoredLvol> writers, StoredLvol snapshot, StoredLvol child) {
        Set<StoredLvol> still = new LinkedHashSet<>(writers);
        still.add(child);
        CapturingMerge merge = new CapturingMerge(pool, snapshot);
        try {
            pool.freeSpace().merging(merge, all -> guard.holding(new ArrayDeque<>(still), all::run));
        } finally {
            merge.clear(disposal);
            if (merge.isMerged()) {
                catalog.remove(snapshot);
                catalog.refresh(child, pool);
            }
        }
    }
}
