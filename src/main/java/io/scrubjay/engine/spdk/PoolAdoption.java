// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.ondisk.StoreCheck;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes over the volumes of a pool that has just been opened, and continues what its last run left unfinished. Confined
 * to the thread that opens the pool. Blocks, and may throw {@link RpcFailed}.
 */
final class PoolAdoption {
    private static final System.Logger LOG = System.getLogger(PoolAdoption.class.getName());

    private final OpenPool pool;
    private final LvolCatalog catalog;
    private final Optional<StoreCheck> check;
    private final List<Lvol> loaded;
    private final List<Unreadable> missing;

    /**
     * Finds out which volumes SPDK has opened, and which it has not.
     *
     * @param check the check of the store, if it existed before
     */
    PoolAdoption(OpenPool pool, LvolCatalog catalog, Optional<StoreCheck> check) {
        this.pool = pool;
        this.catalog = catalog;
        this.check = check;
        this.loaded = pool.store().all();
        // ORDER: before anything is changed: a volume that is missing now was not opened, and is not deleted.
        this.missing = check.map(store -> store.afterLoad(namesByUuid(loaded))).orElse(List.of());
    }

    /** The volumes that SPDK has not opened. */
    List<Unreadable> missing() {
        return missing;
    }

    /** Fills the catalog, and begins to clear the free clusters unless a cluster has two owners. */
    void run() {
        missing.forEach(catalog::add);
        List<Lvol> found = loaded;
        if (pool.accounts().audit()) {
            found = BriefGrowth.endAll(pool, found);
            if (!missing.isEmpty()) {
                pool.freeSpace().openedInPart(found);
            } else if (check.map(StoreCheck::wasUnloaded).orElse(true)) {
                pool.freeSpace().opened(found);
            } else {
                pool.freeSpace().openedAfterCrash(found);
            }
        }
        for (Lvol lvol : found) {
            if (!PrivateName.isPrivate(lvol.name())) {
                adopt(lvol);
            }
        }
    }

    private static Map<String, String> namesByUuid(List<Lvol> lvols) {
        return lvols.stream().collect(Collectors.toMap(Lvol::uuid, Lvol::name));
    }

    private void adopt(Lvol lvol) {
        VolumeName name;
        try {
            name = VolumeName.of(lvol.name());
        } catch (IllegalArgumentException foreign) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "ignoring a volume in the pool that Scrubjay did not make, and leaving it unchanged",
                    foreign);
            return;
        }
        try {
            StoredLvol stored = new StoredLvol(name, lvol);
            // Checks the name of its parent, too.
            stored.summary();
            catalog.add(stored);
        } catch (IllegalArgumentException strange) {
            catalog.add(new Unreadable(Optional.of(name), "lvol " + lvol.uuid(), 0, strange.getMessage()));
        }
    }
}
