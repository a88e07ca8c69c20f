// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.ondisk.BegunSnapshot;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Changes which volumes there are and how they hang together. The caller has the names of the volume and its relatives
 * locked.
 *
 * <p>Thread-safe. Every call blocks, ends with the change on the medium, and may throw {@link RpcFailed}. Calls to SPDK
 * that move clusters between volumes are made one at a time, with all I/O to the volume held back: what they do to I/O
 * under way, unguarded, reaches from lost writes to a lost store.
 */
final class Structure {
    private static final System.Logger LOG = System.getLogger(Structure.class.getName());

    private final OpenPool pool;
    private final LvolStore store;
    private final LvolCatalog catalog;
    private final Disposal disposal;
    /** SPDK does one of them at a time anyway, and answers a second one on the same volumes with an error. */
    private final Object oneAtATime = new Object();

    Structure(OpenPool pool, LvolCatalog catalog) {
        this.pool = pool;
        this.store = pool.store();
        this.catalog = catalog;
        this.disposal = pool.disposal();
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
            guarded(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            return changed(stored);
        }
        return taking(sizeBytes - before, clean -> {
            guarded(stored, before, () -> store.resize(stored.uuid(), sizeBytes));
            if (!clean) {
                // ORDER: before the new size is told to anybody.
                stored.writing(pool, handle -> {
                    clear(handle, ByteRange.between(before, sizeBytes));
                    return stored;
                });
            }
            return changed(stored);
        });
    }

    /** SPDK refuses the smaller size while anybody has the volume open, so nobody has. */
    VolumeSummary cut(StoredLvol stored, long sizeBytes) {
        giveBack(stored, ByteRange.between(sizeBytes, stored.sizeBytes()));
        alone(() -> {
            store.resize(stored.uuid(), sizeBytes);
            return stored;
        });
        return changed(stored);
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

    /**
     * Makes a snapshot. When it fails, or the device does meanwhile, none is left: as long as the volume's I/O is held back
     * it has no cluster of its own, so all go back to it, and it is as writable as it was.
     */
    VolumeSummary snapshot(StoredLvol stored, VolumeName snapshot) {
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
            return guarded(stored, 0, () -> take(stored, snapshot));
        });
    }

    private VolumeSummary take(StoredLvol stored, VolumeName snapshot) {
        try {
            return pool.failures().watching(() -> {
                StoredLvol made = new StoredLvol(snapshot, store.get(snapshotOf(stored, snapshot)));
                changed(stored);
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

    VolumeSummary cloneOf(StoredLvol snapshot, VolumeName clone) {
        String uuid = alone(() -> store.cloneOf(snapshot.uuid(), clone.value()));
        pool.sync();
        StoredLvol made = new StoredLvol(clone, store.get(uuid));
        catalog.add(made);
        return made.summary();
    }

    VolumeSummary rename(StoredLvol stored, VolumeName to) {
        alone(() -> {
            store.rename(stored.uuid(), to.value());
            return to;
        });
        return changed(stored);
    }

    /** Deletes a volume that no other depends on. Its clusters are cleared before anybody gets them. */
    void delete(StoredLvol stored) {
        Lvol facts = stored.facts();
        String doomed = PrivateName.DELETED.fresh();
        String uuid =
                alone(() -> facts.kind() == VolumeKind.SNAPSHOT ? swallowed(facts, doomed) : renamed(facts, doomed));
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

    /** Deletes a snapshot that one volume depends on, which keeps reading what it read. */
    void merge(StoredLvol snapshot, StoredLvol child) {
        pool.freeSpace().merging(() -> {
            guarded(child, 0, () -> store.delete(snapshot.uuid()));
            changed(child);
            catalog.remove(snapshot);
        });
    }

    /** The same while clients write to these volumes. */
    void mergeBeside(List<StoredLvol> writers, StoredLvol snapshot, StoredLvol child) {
        Set<StoredLvol> still = new LinkedHashSet<>(writers);
        still.add(child);
        CapturingMerge merge = new CapturingMerge(pool, snapshot);
        try {
            pool.freeSpace().merging(merge, all -> guarded(new ArrayDeque<>(still), all::run));
        } finally {
            merge.clear(disposal);
            if (merge.isMerged()) {
                catalog.remove(snapshot);
                changed(child);
            }
        }
    }

    /** Makes a call while nobody reads or writes any of these volumes. */
    private void guarded(Deque<StoredLvol> volumes, Runnable call) {
        if (volumes.isEmpty()) {
            call.run();
            return;
        }
        StoredLvol next = volumes.pop();
        guarded(next, 0, () -> guarded(volumes, call));
    }

    VolumeSummary inflate(StoredLvol stored) {
        ClusterMap inherited = inherited(stored);
        Detaching.of(pool, stored, inherited).everything();
        guarded(stored, 0, () -> store.inflate(stored.uuid()));
        return changed(stored);
    }

    VolumeSummary decouple(StoredLvol stored) {
        if (stored.facts().parent().isEmpty()) {
            return stored.summary();
        }
        Detaching.of(pool, stored, inherited(stored)).inherited();
        // SPDK goes up one parent at a time.
        while (stored.facts().parent().isPresent()) {
            guarded(stored, 0, () -> store.decoupleParent(stored.uuid()));
            changed(stored);
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

    private VolumeSummary changed(StoredLvol stored) {
        pool.sync();
        catalog.update(stored, store.get(stored.uuid()));
        return stored.summary();
    }

    private void guarded(StoredLvol stored, long heldBytes, Runnable call) {
        guarded(stored, heldBytes, () -> {
            call.run();
            return stored;
        });
    }

    /** Makes a call while nobody, not even an NVMe/TCP client, reads or writes the first bytes of a volume; 0 for all. */
    private <T> T guarded(StoredLvol stored, long heldBytes, Supplier<T> call) {
        synchronized (oneAtATime) {
            NativeHandle handle = pool.openRead(stored.uuid());
            try {
                Errno.require(Reactor.awaited(handle.quiesce(heldBytes)), "hold I/O back");
                try {
                    return call.get();
                } finally {
                    Errno.require(Reactor.awaited(handle.unquiesce(heldBytes)), "let I/O go on");
                }
            } finally {
                handle.close();
            }
        }
    }

    private <T> T alone(Supplier<T> call) {
        synchronized (oneAtATime) {
            return call.get();
        }
    }
}
