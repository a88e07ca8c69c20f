// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.Lifespan;
import io.scrubjay.engine.NameLocks;
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
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.ondisk.StoreCheck;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorLoad;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A pool on an lvol store of SPDK's. The package says how.
 *
 * <p>Thread-safe. Calls that change a volume hold its name in {@link NameLocks}; calls that only look do not wait for
 * them.
 */
public final class SpdkEngine implements StorageEngine {
    private static final System.Logger LOG = System.getLogger(SpdkEngine.class.getName());

    private final SpdkPool options;
    private final OpenPool pool;
    private final BaseDevice base;
    private final EngineTraits traits;
    private final LvolCatalog catalog = new LvolCatalog();
    private final Structure structure;
    private final Optional<SpdkExports> exports;
    private final NameLocks names = new NameLocks();
    private final Lifespan lifespan = new Lifespan();
    private final Set<SpdkVolume> handles = ConcurrentHashMap.newKeySet();
    private final Runnable atExit = this::close;
    /** What SPDK has not opened; set once, before anybody has the engine. */
    private volatile List<Unreadable> missing = List.of();

    private SpdkEngine(SpdkPool options, PoolOpening.Opened opened) {
        this.options = options;
        this.pool = opened.pool();
        this.base = opened.base();
        this.structure = new Structure(pool, catalog);
        this.exports = options.exports().map(whereTo -> new SpdkExports(pool, catalog, whereTo));
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
     * Takes the pool on a device.
     *
     * @throws EngineException.PoolUnusable when somebody else has it, it does not load, or there is none and none may be
     *     made; nothing has changed then
     */
    public static SpdkEngine open(SpdkPool options) {
        return open(options, UnaryOperator.identity());
    }

    /** The same, with the control calls to the store made in another way. */
    static SpdkEngine open(SpdkPool options, UnaryOperator<ControlCalls> way) {
        return open(options, way, UnaryOperator.identity());
    }

    /** The same, with the metadata looked at in another way. */
    static SpdkEngine open(SpdkPool options, UnaryOperator<ControlCalls> way, UnaryOperator<Medium> sight) {
        PoolOpening.Opened opened = PoolOpening.open(options, way, sight);
        SpdkEngine engine = new SpdkEngine(options, opened);
        opened.pool().reactor().poolOpened(engine.atExit);
        try {
            engine.adopt(opened.check());
            return engine;
        } catch (RpcFailed refused) {
            engine.close();
            throw refused.asEngineException();
        } catch (RuntimeException | Error failed) {
            engine.close();
            throw failed;
        }
    }

    private void adopt(Optional<StoreCheck> check) {
        List<Lvol> loaded = pool.store().all();
        // ORDER: before anything is changed; what is missing now was not opened, and not deleted.
        missing = check.map(store -> store.afterLoad(namesByUuid(loaded))).orElse(List.of());
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
            // Which names its parent, too.
            stored.summary();
            catalog.add(stored);
        } catch (IllegalArgumentException strange) {
            catalog.add(new Unreadable(Optional.of(name), "lvol " + lvol.uuid(), 0, strange.getMessage()));
        }
    }

    @Override
    public EngineTraits traits() {
        return traits;
    }

    @Override
    public PoolUsage usage() {
        return during(() -> {
            pool.lookAtLength();
            // ORDER: before the store is asked, or a block that is made meanwhile counts twice.
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
        during(() -> {
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
        return during(catalog::list);
    }

    @Override
    public List<Unreadable> unreadable() {
        return catalog.unreadable();
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return during(() -> catalog.find(name).map(StoredLvol::summary));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume has at least one byte, not " + sizeBytes);
        }
        return changing(name, () -> {
            requireFree(name);
            return structure.create(name, pool.clusterSize().roundUp(sizeBytes), provisioning);
        });
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return during(() -> {
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
        return during(() -> structure.allocated(catalog.get(name)));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return changing(name, () -> {
            StoredLvol stored = writable(name);
            long before = stored.sizeBytes();
            if (sizeBytes < before) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + before + " bytes and never shrinks to " + sizeBytes);
            }
            long rounded = pool.clusterSize().roundUp(sizeBytes);
            return rounded == before
                    ? stored.summary()
                    : pool.failures().watching(() -> structure.grow(stored, rounded));
        });
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return changing(name, () -> {
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
        // Whether the device fails meanwhile is asked while the snapshot can still be taken back.
        return holdingFamily(volume, Set.of(snapshot), () -> {
            StoredLvol stored = writable(volume);
            requireFree(snapshot);
            return structure.snapshot(stored, snapshot);
        });
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return changingFamily(volume, Set.of(snapshot), () -> {
            StoredLvol stored = writable(volume);
            requireFree(snapshot);
            stored.retire();
            try {
                VolumeSummary made = structure.snapshot(stored, snapshot);
                structure.delete(stored);
                return made;
            } catch (RuntimeException | Error failed) {
                stored.revive();
                throw failed;
            }
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return changing(() -> names.usingAndChanging(snapshot, clone, () -> {
            StoredLvol stored = catalog.get(snapshot);
            if (!stored.isSnapshot()) {
                throw new IllegalArgumentException("'" + snapshot + "' is no snapshot");
            }
            requireFree(clone);
            return structure.cloneOf(stored, clone);
        }));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return changingFamily(name, Set.of(), () -> structure.inflate(writable(name)));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return changingFamily(name, Set.of(), () -> structure.decouple(writable(name)));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return changing(from, to, () -> {
            StoredLvol stored = writable(from);
            requireFree(to);
            return pool.failures().watching(() -> structure.rename(stored, to));
        });
    }

    @Override
    public void delete(VolumeName name) {
        changingFamily(name, Set.of(), () -> {
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
                    structure.delete(stored);
                } else {
                    detachOnlyChild(stored, children.get(0));
                }
                return name;
            } catch (RuntimeException | Error failed) {
                stored.revive();
                throw failed;
            }
        });
    }

    /** SPDK does not count the clones that it has not opened, and would clear what they share. */
    private void requireNoMissingChild(StoredLvol stored) {
        if (stored.isSnapshot() && !missing.isEmpty()) {
            throw new EngineException.DeviceFailed(
                    "deletion of '" + stored.name() + "', on which a volume that cannot be read may depend,",
                    missing.get(0).errno());
        }
    }

    /** INVARIANT I-6: a merge leaves clusters that nobody has cleared; no client may be handed one. */
    private void detachOnlyChild(StoredLvol snapshot, StoredLvol child) {
        exports.ifPresentOrElse(
                all -> all.merging(writers -> {
                    if (writers.isEmpty()) {
                        structure.merge(snapshot, child);
                    } else {
                        structure.mergeBeside(writers, snapshot, child);
                    }
                }),
                () -> structure.merge(snapshot, child));
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
     * Whether no cluster has two owners, as far as is known, and the device was as long as at the opening when its
     * {@link #usage} was asked for last. Waits for nobody.
     */
    public boolean isSound() {
        return pool.accounts().isBalanced() && pool.isWhole();
    }

    /** How busy SPDK's thread is. Blocks for it. */
    public ReactorLoad load() {
        return during(() -> pool.reactor().load());
    }

    /** How many requests are under way in SPDK. */
    public int requestsUnderWay() {
        return pool.reactor().requestsUnderWay();
    }

    @Override
    public void close() {
        lifespan.end(() -> {
            try {
                pool.freeSpace().stop();
                exports.ifPresent(SpdkExports::endAll);
                List.copyOf(handles).forEach(SpdkVolume::close);
                pool.stop();
                settle();
            } finally {
                pool.reactor().poolClosed(atExit);
            }
        });
    }

    /** A device that fails its last sync is given up all the same. */
    private void settle() {
        Optional<Set<String>> afterFailures = Optional.empty();
        try {
            pool.mendAfterFailures();
            pool.proof().remove();
            pool.freeSpace().closing();
            pool.sync();
            afterFailures = missing.isEmpty() ? pool.volumesAfterFailures() : Optional.empty();
        } finally {
            base.detach();
            afterFailures.ifPresent(uuids -> pool.unloadedAfterFailures(options, uuids));
            // ORDER: what SPDK has not let go of stays locked.
            pool.release();
            PoolOpening.unlock(options.device());
        }
    }

    private <T> T during(Supplier<T> call) {
        try {
            return lifespan.during(call);
        } catch (RpcFailed refused) {
            throw refused.asEngineException();
        }
    }

    private <T> T changing(Supplier<T> change) {
        return during(() -> {
            pool.accounts().requireBalanced();
            return change.get();
        });
    }

    private <T> T changing(VolumeName name, Supplier<T> change) {
        return changing(() -> names.changing(name, change));
    }

    private <T> T changing(VolumeName one, VolumeName other, Supplier<T> change) {
        return changing(() -> names.changing(one, other, change));
    }

    /**
     * Makes a change to a volume and others, in which its relatives have a part: its ancestors stay, and nobody changes
     * its only child.
     */
    private <T> T holdingFamily(VolumeName name, Set<VolumeName> others, Supplier<T> change) {
        return changing(() -> {
            Optional<T> changed = Optional.empty();
            while (changed.isEmpty()) {
                LvolCatalog.Relatives relatives = catalog.relatives(name);
                Set<VolumeName> changing = new TreeSet<>(others);
                changing.add(name);
                relatives.onlyChild().ifPresent(changing::add);
                changed = names.usingAndChanging(
                        relatives.ancestors(),
                        changing,
                        // They may have become others before they were locked.
                        () -> catalog.relatives(name).equals(relatives) ? Optional.of(change.get()) : Optional.empty());
            }
            return changed.get();
        });
    }

    /** The same, and fails when the device has failed meanwhile. */
    private <T> T changingFamily(VolumeName name, Set<VolumeName> others, Supplier<T> change) {
        return holdingFamily(name, others, () -> pool.failures().watching(change));
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
