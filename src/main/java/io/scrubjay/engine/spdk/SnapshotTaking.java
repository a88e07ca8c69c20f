// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.ondisk.BegunSnapshot;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;

/**
 * Takes snapshots, and takes them back when they fail. The caller has the names of the volume and its relatives locked.
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
     * Makes a snapshot. When it fails, or the device does meanwhile, none is left: as long as the volume's I/O is held back
     * it has no cluster of its own, so all go back to it, and it is as writable as it was.
     */
    VolumeSummary take(StoredLvol stored, VolumeName snapshot) {
        // Of what a client of an export wrote nobody may have seen that the device refused its metadata.
        boolean unused = pool.extents().areWritten(stored);
        // An unmap gives clusters back while there is no parent to show through, in several steps: it must not find one
        // in the middle of them.
        return stored.gate().holding(() -> {
            // What is about to be cut for good must not have a cluster that is somebody else's, too.
            pool.accounts().requireAudited();
            pool.extents().requireWritten(stored);
            // Only a failure from here on is one of the snapshot's.
            pool.failures().learn();
            // While writes go on, so that there is less to wait for while they do not.
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
     * Where SPDK would go on with memory that it has freed ({@link BegunSnapshot}), the process ends, as in a crash, which loses
     * nothing that was told to be durable: nobody reads or writes the volume now.
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

    /** Has the catalog say what there is, as far as SPDK tells. */
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
