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
 * Makes volumes, and changes how large they are, what they are called and what they depend on. Snapshots are {@link
 * SnapshotTaking}'s to take, and {@link LvolRemoval} deletes. The caller has the names of the volume and its relatives locked.
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

    /** Makes a call that takes so much at once; it is told whether what it takes is, and stays, zeroes. */
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

    /** INVARIANT I-6: a thick volume reads what its clusters held before; nobody sees it until that is zeroes. */
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

    /** A full quiesce would never end once the size is another: only the old part is held back. */
    VolumeSummary grow(StoredLvol stored, long sizeBytes) {
        long before = stored.sizeBytes();
        if (stored.facts().provisioning() == Provisioning.THIN) {
            guard.holdingFirst(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            return catalog.refresh(stored, pool);
        }
        return taking(sizeBytes - before, clean -> {
            guard.holdingFirst(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            if (!clean) {
                // ORDER: before the new size is told to anybody.
                stored.writing(pool, handle -> {
                    clear(handle, ByteRange.between(before, sizeBytes));
                    return stored;
                });
            }
            return catalog.refresh(stored, pool);
        });
    }

    /** SPDK refuses the smaller size while anybody has the volume open, so nobody has. */
    VolumeSummary cut(StoredLvol stored, long sizeBytes) {
        giveBack(stored, ByteRange.between(sizeBytes, stored.sizeBytes()));
        guard.alone(() -> {
            store.resize(stored.uuid(), sizeBytes);
            return stored;
        });
        return catalog.refresh(stored, pool);
    }

    /** INVARIANT I-6: SPDK hands a freed cluster out as it is, so it is cleared before. */
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
        // SPDK goes up one parent at a time.
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
