// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.ondisk.BegunSnapshot;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;

/**
 * Takes snapshots, and undoes those that fail. The caller has locked the names of the volume and of its relatives.
 *
 * <p>Thread-safe. Every call blocks, ends with the change on the medium, and may throw {@link RpcFailed}.
 */
final class SnapshotTaking {
    private static final System.Logger LOG = System.getLogger(SnapshotTaking.class.getName());

    private final OpenPool pool;
    private final LvolStore store;
    private final LvolCatalog catalog;
    private final Guard guard;

    SnapshotTaking(OpenPool pool, LvolCatalog catalog, Guard guard) {
        this.pool = pool;
        this.store = pool.store();
        this.catalog = catalog;
        this.guard = guard;
    }

    /**
     * Makes a snapshot. If that fails, or the device fails meanwhile, no snapshot remains: the volume has no cluster of
     * its own while its I/O is held back, so it gets all its clusters back, and is as writable as before.
     */
    VolumeSummary take(StoredLvol stored, VolumeName snapshot) {
        // A client of an export may have written without anybody noticing that the device refused the metadata.
        boolean unused = pool.extents().areWritten(stored);
        // An unmap of a volume without a parent takes several steps: the volume must not get a parent in between.
        return stored.gate().holding(() -> {
            // A snapshot is permanent, so none of its clusters may belong to somebody else as well.
            pool.accounts().requireAudited();
            pool.extents().requireWritten(stored);
            // Only failures from here on count against the snapshot.
            pool.failures().learn();
            // While writes continue, so that less is left to sync while they are held back.
            pool.sync();
            return guard.holding(stored, () -> takeWhileHeld(stored, snapshot));
        });
    }

    private VolumeSummary takeWhileHeld(StoredLvol stored, VolumeName snapshot) {
        try {
            return pool.failures().watching(() -> {
                StoredLvol made = new StoredLvol(snapshot, store.get(snapshotOf(stored, snapshot)));
                catalog.refresh(stored, pool);
                catalog.add(made);
                return made.summary();
            });
        } catch (RuntimeException failed) {
            takeBack(stored, snapshot, failed);
            throw failed;
        }
    }

    /**
     * Makes the snapshot. Ends the process where SPDK would continue with memory that it has freed ({@link
     * BegunSnapshot}). Like a crash, that loses nothing that was reported as durable: nobody reads or writes the volume
     * now.
     */
    private String snapshotOf(StoredLvol stored, VolumeName snapshot) {
        long failuresBefore = pool.failures().known();
        try {
            return store.snapshot(stored.uuid(), snapshot.value());
        } catch (RpcFailed failed) {
            if (stored.facts().parent().isPresent()
                    && pool.failures().hasFailedSince(failuresBefore)
                    && pool.hasBegun(snapshot)) {
                Restart.now("the device has failed while a snapshot of '" + stored.name()
                        + "' was made, and SPDK cannot go on after that");
            }
            throw failed;
        }
    }

    private void takeBack(StoredLvol stored, VolumeName snapshot, RuntimeException reason) {
        try {
            Optional<Lvol> made = store.find(snapshot.value());
            if (made.isPresent()) {
                store.delete(made.get().uuid());
                pool.sync();
            }
            catalog.find(snapshot).ifPresent(catalog::remove);
            catalog.update(stored, store.get(stored.uuid()));
        } catch (RuntimeException stays) {
            reason.addSuppressed(stays);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a snapshot of ''{0}'' failed and could not be undone: until the next start, writes to it may"
                            + " need additional free clusters",
                    stored.name());
            learn(stored, snapshot);
        }
    }

    /** Updates the catalog with what SPDK reports. */
    private void learn(StoredLvol stored, VolumeName snapshot) {
        try {
            store.find(snapshot.value()).ifPresent(made -> catalog.add(new StoredLvol(snapshot, made)));
            catalog.update(stored, store.get(stored.uuid()));
        } catch (RuntimeException unknown) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SPDK does not say what became of a snapshot of '" + stored.name() + "'; the next start finds out",
                    unknown);
        }
    }
}
