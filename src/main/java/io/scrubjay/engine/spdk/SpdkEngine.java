// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.OrderedDevice;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorLoad;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A pool on an lvol store of SPDK; the package explains how.
 *
 * <p>Thread-safe; {@link LvolCalls} says which calls wait for which.
 */
public final class SpdkEngine implements StorageEngine {
    private final SpdkPool options;
    private final OpenPool pool;
    private final BaseDevice base;
    private final EngineTraits traits;
    private final LvolCatalog catalog = new LvolCatalog();
    private final LvolCalls calls;
    private final Optional<SpdkExports> exports;
    private final Structure structure;
    private final SnapshotTaking snapshots;
    private final LvolRemoval removal;
    private final Set<SpdkVolume> handles = ConcurrentHashMap.newKeySet();
    private final Runnable atExit = this::close;
    /** The volumes that SPDK has not opened; set once, before any other thread can see the engine. */
    private volatile List<Unreadable> missing = List.of();

    private SpdkEngine(SpdkPool options, PoolOpening.Opened opened) {
        this.options = options;
        this.pool = opened.pool();
        this.base = opened.base();
        this.calls = new LvolCalls(pool, catalog);
        this.exports = options.exports().map(whereTo -> new SpdkExports(pool, catalog, whereTo));
        Guard guard = new Guard(pool);
        this.structure = new Structure(pool, catalog, guard);
        this.snapshots = new SnapshotTaking(pool, catalog, guard);
        this.removal = new LvolRemoval(pool, catalog, guard, exports);
        this.traits = new EngineTraits(
                "spdk",
                options.device().toString(),
                pool.clusterSize(),
                SpdkVolume.IO_ALIGNMENT_BYTES,
                CloneCost.SHARED,
                List.of(Reactor.version(), "lvol store " + pool.store().uuid()),
                Optional.of(pool.clearing().toString()));
    }

    /**
     * Opens the pool on a device.
     *
     * @throws EngineException.PoolUnusable when somebody else uses the pool, it cannot be loaded, or there is none and
     *     none may be made; nothing has changed then
     */
    public static SpdkEngine open(SpdkPool options) {
        return open(options, UnaryOperator.identity());
    }

    /** The same. {@code way} wraps the control calls to the store. */
    static SpdkEngine open(SpdkPool options, UnaryOperator<ControlCalls> way) {
        return open(options, way, UnaryOperator.identity());
    }

    /** The same. {@code sight} wraps the medium whose metadata is checked. */
    static SpdkEngine open(SpdkPool options, UnaryOperator<ControlCalls> way, UnaryOperator<Medium> sight) {
        PoolOpening.Opened opened = PoolOpening.open(options, way, sight);
        SpdkEngine engine = new SpdkEngine(options, opened);
        opened.pool().reactor().poolOpened(engine.atExit);
        try {
            PoolAdoption adoption = new PoolAdoption(opened.pool(), engine.catalog, opened.check());
            engine.missing = adoption.missing();
            adoption.run();
            return engine;
        } catch (RpcFailed refused) {
            engine.close();
            throw refused.asEngineException();
        } catch (RuntimeException | Error failed) {
            engine.close();
            throw failed;
        }
    }

    @Override
    public EngineTraits traits() {
        return traits;
    }

    @Override
    public PoolUsage usage() {
        return calls.during(() -> {
            pool.lookAtLength();
            // ORDER: before the store is asked: a proof block that is made in between would count twice.
            long proofClusters = pool.proof().clusters();
            HeldClusters.Fill fill = pool.held().fill();
            long free = fill.freeClusters();
            long held = fill.heldBack().stream().mapToLong(HeldBack::clusters).sum();
            return new PoolUsage(
                    fill.totalClusters(),
                    Math.max(0, free - options.reserveClusters()),
                    Math.max(0, fill.totalClusters() - free - proofClusters - held)
                            * pool.clusterSize().bytes(),
                    pool.freeSpace().uncleared(fill),
                    fill.heldBack());
        });
    }

    @Override
    public void proveWritable() {
        calls.during(() -> {
            if (base.ordered().map(OrderedDevice::isHalted).orElse(false)) {
                pool.sync();
                Restart.now("the device failed to flush metadata earlier and works again");
            }
            if (exports.map(all -> !all.haveHadWriters()).orElse(true)) {
                pool.proof().endForARestart();
            }
            pool.proof().rewrite();
            exports.ifPresent(SpdkExports::lookAfterMetadata);
            return pool;
        });
    }

    @Override
    public List<VolumeSummary> list() {
        return calls.during(catalog::list);
    }

    @Override
    public List<Unreadable> unreadable() {
        return catalog.unreadable();
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return calls.during(() -> catalog.find(name).map(StoredLvol::summary));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume has at least one byte, not " + sizeBytes);
        }
        return calls.changing(name, () -> {
            requireFree(name);
            return structure.create(name, pool.clusterSize().roundUp(sizeBytes), provisioning);
        });
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return calls.during(() -> {
            if (access == Access.WRITE) {
                pool.accounts().requireBalanced();
            }
            StoredLvol stored = catalog.get(name);
            stored.enter(access);
            try {
                NativeHandle handle =
                        access == Access.WRITE ? pool.openWrite(stored.uuid()) : pool.openRead(stored.uuid());
                SpdkVolume volume = new SpdkVolume(pool, stored, access, handle, handles::remove);
                handles.add(volume);
                return volume;
            } catch (RuntimeException | Error failed) {
                stored.leave(access);
                throw failed;
            }
        });
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        try {
            return calls.during(() -> structure.allocated(catalog.get(name)));
        } catch (EngineException.DeviceFailed failed) {
            if (failed.errno() != Errno.ENODEV) {
                throw failed;
            }
            // Somebody may be deleting it: SPDK has done so, and the catalog does not say it yet.
            return calls.using(name, () -> structure.allocated(catalog.get(name)));
        }
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return calls.changing(name, () -> {
            StoredLvol stored = writable(name);
            long before = stored.sizeBytes();
            if (sizeBytes < before) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + before + " bytes and cannot shrink to " + sizeBytes);
            }
            long rounded = pool.clusterSize().roundUp(sizeBytes);
            return rounded == before
                    ? stored.summary()
                    : pool.failures().watching(() -> structure.grow(stored, rounded));
        });
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return calls.changing(name, () -> {
            StoredLvol stored = writable(name);
            long before = stored.sizeBytes();
            if (sizeBytes <= 0 || sizeBytes > before) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + before + " bytes and cannot be cut to " + sizeBytes);
            }
            long rounded = pool.clusterSize().roundUp(sizeBytes);
            stored.retire();
            try {
                return rounded == before
                        ? stored.summary()
                        : pool.failures().watching(() -> structure.cut(stored, rounded));
            } finally {
                stored.revive();
            }
        });
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        // The snapshot code itself checks whether the device fails meanwhile, while the snapshot can still be undone.
        return calls.holdingFamily(volume, Set.of(snapshot), () -> {
            StoredLvol stored = writable(volume);
            requireFree(snapshot);
            return snapshots.take(stored, snapshot);
        });
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return calls.changingFamily(volume, Set.of(snapshot), () -> {
            StoredLvol stored = writable(volume);
            requireFree(snapshot);
            stored.retire();
            try {
                VolumeSummary made = snapshots.take(stored, snapshot);
                removal.delete(stored);
                return made;
            } catch (RuntimeException | Error failed) {
                stored.revive();
                throw failed;
            }
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return calls.usingAndChanging(snapshot, clone, () -> {
            StoredLvol stored = catalog.get(snapshot);
            if (!stored.isSnapshot()) {
                throw new IllegalArgumentException("'" + snapshot + "' is not a snapshot");
            }
            requireFree(clone);
            return structure.cloneOf(stored, clone);
        });
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return calls.changingFamily(name, Set.of(), () -> structure.inflate(writable(name)));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return calls.changingFamily(name, Set.of(), () -> structure.decouple(writable(name)));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return calls.changing(from, to, () -> {
            StoredLvol stored = writable(from);
            requireFree(to);
            return pool.failures().watching(() -> structure.rename(stored, to));
        });
    }

    @Override
    public void delete(VolumeName name) {
        calls.changingFamily(name, Set.of(), () -> {
            StoredLvol stored = catalog.get(name);
            requireNoMissingChild(stored);
            List<StoredLvol> children = catalog.children(name);
            if (children.size() > 1) {
                throw new EngineException.VolumeInUse(
                        name, children.stream().map(StoredLvol::name).toList());
            }
            stored.retire();
            try {
                if (children.isEmpty()) {
                    removal.delete(stored);
                } else {
                    removal.merge(stored, children.get(0));
                }
                return name;
            } catch (RuntimeException | Error failed) {
                stored.revive();
                throw failed;
            }
        });
    }

    /** SPDK does not count clones that it has not opened, and would clear the clusters that they share. */
    private void requireNoMissingChild(StoredLvol stored) {
        if (stored.isSnapshot() && !missing.isEmpty()) {
            throw new EngineException.DeviceFailed(
                    "deletion of '" + stored.name() + "', on which a volume that cannot be read may depend,",
                    missing.get(0).errno());
        }
    }

    @Override
    public Optional<VolumeExports> exports() {
        return exports.map(all -> all);
    }

    /** How long SPDK's thread has not answered: zero while all is well. Never waits. */
    public Duration silence() {
        return pool.reactor().silence();
    }

    /**
     * Whether no cluster is known to have two owners, and the device was as long as at the opening when {@link #usage}
     * last checked it. Waits for nobody.
     */
    public boolean isSound() {
        return pool.accounts().isBalanced() && pool.isWhole();
    }

    /** How busy SPDK's thread is. Blocks for it. */
    public ReactorLoad load() {
        return calls.during(() -> pool.reactor().load());
    }

    /** How many requests are under way in SPDK. */
    public int requestsUnderWay() {
        return pool.reactor().requestsUnderWay();
    }

    @Override
    public void close() {
        calls.end(() -> {
            try {
                pool.freeSpace().stop();
                exports.ifPresent(SpdkExports::endAll);
                List.copyOf(handles).forEach(SpdkVolume::close);
                pool.stop();
                new PoolClosing(options, pool, base).run(missing);
            } finally {
                pool.reactor().poolClosed(atExit);
            }
        });
    }

    private StoredLvol writable(VolumeName name) {
        StoredLvol stored = catalog.get(name);
        if (stored.isSnapshot()) {
            throw new IllegalArgumentException("'" + name + "' is a snapshot");
        }
        return stored;
    }

    private void requireFree(VolumeName name) {
        if (catalog.find(name).isPresent()) {
            throw new EngineException.VolumeExists(name);
        }
    }
}
