// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.function.Function;

/**
 * Makes volumes, and changes their sizes, names and parents. {@link SnapshotTaking} takes snapshots, and {@link
 * LvolRemoval} deletes. The caller has locked the names of the volume and of its relatives.
 *
 * <p>Thread-safe. Every call blocks, ends with the change on the medium, and may throw {@link RpcFailed}.
 */
final class Structure {
    private final OpenPool pool;
    private final LvolStore store;
    private final LvolCatalog catalog;
    private final Guard guard;

    Structure(OpenPool pool, LvolCatalog catalog, Guard guard) {
        this.pool = pool;
        this.store = pool.store();
        this.catalog = catalog;
        this.guard = guard;
    }

    VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        String uuid = switch (provisioning) {
            case THIN -> store.create(name.value(), sizeBytes, provisioning, clearMethod());
            case THICK -> taking(sizeBytes, clean -> createThick(name, sizeBytes, clean));
        };
        pool.sync();
        StoredLvol stored = new StoredLvol(name, store.get(uuid));
        catalog.add(stored);
        return stored.summary();
    }

    private String clearMethod() {
        return pool.clearing().lvolMethod();
    }

    /**
     * Makes a call that takes this many bytes of free clusters; its argument says whether they are zeroes until it
     * ends.
     */
    private <T> T taking(long bytes, Function<Boolean, T> call) {
        return pool.freeSpace().taking(bytes / pool.clusterSize().bytes(), () -> {
            boolean clean = pool.freeSpace().trust();
            try {
                return call.apply(clean);
            } finally {
                if (clean) {
                    pool.freeSpace().trusted();
                }
            }
        });
    }

    private String createThick(VolumeName name, long sizeBytes, boolean clean) {
        return clean
                ? store.create(name.value(), sizeBytes, Provisioning.THICK, clearMethod())
                : createCleared(name, sizeBytes);
    }

    /**
     * INVARIANT I-6: a new thick volume shows the old content of its clusters; nobody sees it until they are cleared.
     */
    private String createCleared(VolumeName name, long sizeBytes) {
        String uuid = store.create(PrivateName.NEW.fresh(), sizeBytes, Provisioning.THICK, clearMethod());
        try {
            clear(uuid, new ByteRange(0, sizeBytes));
            store.rename(uuid, name.value());
            return uuid;
        } catch (RuntimeException failed) {
            store.delete(uuid);
            throw failed;
        }
    }

    private void clear(String uuid, ByteRange range) {
        NativeHandle handle = pool.openWrite(uuid);
        try {
            clear(handle, range);
        } finally {
            handle.close();
        }
    }

    private void clear(NativeHandle handle, ByteRange range) {
        Errno.require(new Clusters(handle, pool.clusterSize()).clear(range), "clear a volume");
    }

    /** Holds back only I/O to the old part: a quiesce of the whole volume would never end once the size has changed. */
    VolumeSummary grow(StoredLvol stored, long sizeBytes) {
        long before = stored.sizeBytes();
        if (stored.facts().provisioning() == Provisioning.THIN) {
            guard.holdingFirst(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            return catalog.refresh(stored, pool);
        }
        return taking(sizeBytes - before, clean -> {
            guard.holdingFirst(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            if (!clean) {
                // ORDER: before the call returns the new size.
                stored.writing(pool, handle -> {
                    clear(handle, ByteRange.between(before, sizeBytes));
                    return stored;
                });
            }
            return catalog.refresh(stored, pool);
        });
    }

    /** Nobody has the volume open: SPDK refuses a smaller size otherwise. */
    VolumeSummary cut(StoredLvol stored, long sizeBytes) {
        giveBack(stored, ByteRange.between(sizeBytes, stored.sizeBytes()));
        guard.alone(() -> {
            store.resize(stored.uuid(), sizeBytes);
            return stored;
        });
        return catalog.refresh(stored, pool);
    }

    /** INVARIANT I-6: SPDK hands out a freed cluster with its old content, so it is cleared first. */
    private void giveBack(StoredLvol stored, ByteRange end) {
        NativeHandle handle = pool.openWrite(stored.uuid());
        try {
            Errno.require(
                    new Clusters(handle, pool.clusterSize()).giveBack(end, pool.clearing()),
                    "free the end of a volume");
        } finally {
            handle.close();
        }
    }

    VolumeSummary cloneOf(StoredLvol snapshot, VolumeName clone) {
        String uuid = guard.alone(() -> store.cloneOf(snapshot.uuid(), clone.value()));
        pool.sync();
        StoredLvol made = new StoredLvol(clone, store.get(uuid));
        catalog.add(made);
        return made.summary();
    }

    VolumeSummary rename(StoredLvol stored, VolumeName to) {
        guard.alone(() -> {
            store.rename(stored.uuid(), to.value());
            return to;
        });
        return catalog.refresh(stored, pool);
    }

    VolumeSummary inflate(StoredLvol stored) {
        ClusterMap inherited = inherited(stored);
        Detaching.of(pool, stored, inherited).everything();
        guard.holding(stored, () -> store.inflate(stored.uuid()));
        return catalog.refresh(stored, pool);
    }

    VolumeSummary decouple(StoredLvol stored) {
        if (stored.facts().parent().isEmpty()) {
            return stored.summary();
        }
        Detaching.of(pool, stored, inherited(stored)).inherited();
        // Each call removes only one parent.
        while (stored.facts().parent().isPresent()) {
            guard.holding(stored, () -> store.decoupleParent(stored.uuid()));
            catalog.refresh(stored, pool);
        }
        return stored.summary();
    }

    /** The clusters that any parent holds. */
    private ClusterMap inherited(StoredLvol stored) {
        return catalog.ancestors(stored).stream().map(this::allocated).reduce(ClusterMap.empty(), ClusterMap::union);
    }

    ClusterMap allocated(StoredLvol stored) {
        NativeHandle handle = pool.openRead(stored.uuid());
        try {
            return new Clusters(handle, pool.clusterSize()).allocated(stored.sizeBytes());
        } finally {
            handle.close();
        }
    }
}
