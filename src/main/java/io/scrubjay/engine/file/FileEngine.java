// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.Lifespan;
import io.scrubjay.engine.NameLocks;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A pool in a directory: one sparse file a volume. The package says what lies where.
 *
 * <p>Thread-safe. Calls that change a volume hold its name in {@link NameLocks}; calls that only look do not wait for
 * them.
 */
public final class FileEngine implements StorageEngine {
    private static final System.Logger LOG = System.getLogger(FileEngine.class.getName());

    /** What reading around the page cache asks for, on every file system there is. */
    private static final int IO_ALIGNMENT_BYTES = 4096;

    /** What is written to prove that the pool takes writes; one block, as no device writes less. */
    private static final byte[] PROOF = new byte[IO_ALIGNMENT_BYTES];

    private final PoolDirectory pool;
    private final ClusterSize clusterSize;
    private final EngineTraits traits;
    private final DataCopy copy;
    private final int queueDepthMax;
    private final IoThreads threads;
    private final Catalog catalog = new Catalog();
    private final NameLocks names = new NameLocks();
    private final Lifespan lifespan = new Lifespan();
    private final Set<FileVolume> handles = ConcurrentHashMap.newKeySet();

    private FileEngine(PoolDirectory pool, Probe probe, FilePool options) {
        this.pool = pool;
        this.clusterSize = pool.format().clusterSize();
        this.copy = new DataCopy(probe.cloneCost());
        this.queueDepthMax = options.queueDepthMax();
        this.threads = new IoThreads(options.ioThreads());
        this.traits = new EngineTraits(
                "file",
                pool.root().toString(),
                clusterSize,
                IO_ALIGNMENT_BYTES,
                probe.cloneCost(),
                List.of(
                        "pool format " + PoolFormat.VERSION,
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        probe.direct() ? "direct I/O" : "no direct I/O",
                        probe.holes() ? "holes" : "no holes"));
    }

    /**
     * Takes the pool in a directory, which is made a pool first if it is absent or empty.
     *
     * @throws EngineException.PoolUnusable when somebody else has it, its format is unknown, or the directory holds
     *     something else; nothing in it has changed then
     */
    public static FileEngine open(FilePool options) {
        return open(options, DurableFiles::new);
    }

    /**
     * The same.
     *
     * @param steps makes the changes of the pool's directories, on a file system with this space
     */
    static FileEngine open(FilePool options, Function<PoolSpace, DurableFiles> steps) {
        PoolDirectory pool = PoolDirectory.open(options, steps);
        try {
            if (!pool.format().clusterSize().equals(options.clusterSize())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the pool {0} keeps the cluster size it was made with, {1}; the configured {2} has no"
                                + " effect on an existing pool",
                        pool.root(),
                        pool.format().clusterSize(),
                        options.clusterSize());
            }
            FileEngine engine = new FileEngine(pool, Probe.of(pool), options);
            engine.adopt(new PoolScan(pool).run());
            return engine;
        } catch (RuntimeException | Error failed) {
            pool.close();
            throw failed;
        }
    }

    private void adopt(PoolScan.Found found) {
        found.unreadable().forEach(catalog::add);
        found.volumes().forEach(volume -> catalog.add(stored(volume.name(), volume.meta())));
    }

    private PoolVolume stored(VolumeName name, VolumeMeta meta) {
        return new PoolVolume(pool, new Traffic(threads, queueDepthMax), name, meta);
    }

    @Override
    public EngineTraits traits() {
        return traits;
    }

    /** The whole file system's room, which others may use too. Blocks that volumes share are counted for each. */
    @Override
    public PoolUsage usage() {
        return telling(() -> {
            long total = pool.space().totalBytes() / clusterSize.bytes();
            long free = Math.min(total, pool.space().usableBytes() / clusterSize.bytes());
            long used =
                    catalog.all().stream().mapToLong(PoolVolume::occupiedBytes).sum();
            return new PoolUsage(total, free, used, 0, pool.remnants().heldBack(clusterSize));
        });
    }

    @Override
    public void proveWritable() {
        lifespan.during(() -> pool.changing(() -> {
            pool.files().rewrite(pool.proof(), PROOF);
            pool.files().proveInodes(pool.stagingFile("inode-" + UUID.randomUUID()));
            // Whatever is made, renamed or deleted ends with that.
            pool.files().syncDirectory(pool.volumes());
            // Whoever asks for proofs does so again and again.
            pool.remnants().removeAgain();
            return PROOF;
        }));
    }

    @Override
    public List<VolumeSummary> list() {
        return telling(catalog::list);
    }

    @Override
    public List<Unreadable> unreadable() {
        return catalog.unreadable();
    }

    @Override
    public List<Unreadable> incomplete() {
        return telling(() -> catalog.all().stream()
                .map(PoolVolume::incomplete)
                .flatMap(Optional::stream)
                .toList());
    }

    @Override
    public String place(VolumeName name) {
        return pool.place(name);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return telling(() -> catalog.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume has at least one byte, not " + sizeBytes);
        }
        VolumeMeta meta = VolumeMeta.fresh(provisioning, clusterSize.roundUp(sizeBytes));
        return changing(
                name,
                () -> make(name, meta, data -> {
                    data.truncate(meta.sizeBytes());
                    if (provisioning == Provisioning.THICK) {
                        data.allocate(0, meta.sizeBytes());
                    }
                }));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return lifespan.during(() -> {
            pool.requireThere();
            lookAgain();
            return handle(catalog.get(name), access);
        });
    }

    private FileVolume handle(PoolVolume stored, Access access) {
        FileVolume handle =
                new FileVolume(stored, access, stored.enter(access), clusterSize, IO_ALIGNMENT_BYTES, handles::remove);
        handles.add(handle);
        return handle;
    }

    /** Where blocks are shared, those at the same place as the parent's are the parent's. */
    @Override
    public ClusterMap allocated(VolumeName name) {
        return telling(() -> {
            PoolVolume stored = catalog.get(name);
            boolean tellsApart =
                    traits.cloneCost() == CloneCost.SHARED && stored.meta().provisioning() == Provisioning.THIN;
            Optional<PoolVolume> parent = tellsApart ? catalog.parent(stored) : Optional.empty();
            return stored.withDataLeft(data -> parent.flatMap(above -> besideParent(above, data, stored.meta()))
                            .orElseGet(() -> Extents.allocated(data, stored.meta(), clusterSize)))
                    .orElse(ClusterMap.empty());
        });
    }

    /** Where blocks are shared, a cluster is the same in both files exactly as far as its blocks are. */
    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        if (traits.cloneCost() != CloneCost.SHARED) {
            telling(() -> withBoth(later, earlier, (mine, theirs) -> later));
            return StorageEngine.super.differing(later, earlier);
        }
        return telling(() -> {
            VolumeMeta laterMeta = catalog.get(later).meta();
            VolumeMeta earlierMeta = catalog.get(earlier).meta();
            return withBoth(
                    later,
                    earlier,
                    (mine, theirs) -> Extents.differing(mine, laterMeta, theirs, earlierMeta, clusterSize));
        });
    }

    /** Only if both are whole: no file system tells where what somebody has cut off differs. */
    private <T> T withBoth(VolumeName one, VolumeName other, BiFunction<DataFile, DataFile, T> use) {
        PoolVolume stored = catalog.get(other);
        return catalog.get(one)
                .withData(Access.READ, mine -> stored.withData(Access.READ, theirs -> use.apply(mine, theirs)));
    }

    private Optional<ClusterMap> besideParent(PoolVolume parent, DataFile data, VolumeMeta meta) {
        try {
            return parent.withDataLeft(above -> Extents.allocatedBeside(above, data, meta, clusterSize));
        } catch (EngineException.VolumeNotFound deleted) {
            // Just now; the volume has all of it for its own.
            return Optional.empty();
        }
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return changing(name, () -> {
            PoolVolume stored = writable(name);
            VolumeMeta meta = stored.meta();
            if (sizeBytes < meta.sizeBytes()) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + meta.sizeBytes() + " bytes and never shrinks to " + sizeBytes);
            }
            long rounded = clusterSize.roundUp(sizeBytes);
            if (rounded > meta.sizeBytes()) {
                // ORDER: the file is longer before meta says so: after a crash in between it is only too long.
                stored.withData(Access.WRITE, data -> grow(data, meta, rounded));
                stored.update(meta.withSize(rounded), catalog);
            }
            return catalog.summary(stored);
        });
    }

    private static boolean grow(DataFile data, VolumeMeta meta, long sizeBytes) {
        if (data.length() > meta.sizeBytes()) {
            // What a crash has left of a cut must not come back as the new part.
            data.truncate(meta.sizeBytes());
        }
        if (meta.provisioning() == Provisioning.THICK) {
            try {
                data.allocate(meta.sizeBytes(), sizeBytes - meta.sizeBytes());
            } catch (EngineException failed) {
                data.truncate(meta.sizeBytes());
                throw failed;
            }
        }
        data.truncate(sizeBytes);
        data.sync();
        return true;
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return changing(name, () -> {
            PoolVolume stored = writable(name);
            VolumeMeta meta = stored.meta();
            if (sizeBytes <= 0 || sizeBytes > meta.sizeBytes()) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + meta.sizeBytes() + " bytes and cannot be cut to " + sizeBytes);
            }
            stored.retire();
            try {
                stored.cut(clusterSize.roundUp(sizeBytes), catalog);
                return catalog.summary(stored);
            } finally {
                stored.revive();
            }
        });
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return changing(volume, snapshot, () -> {
            PoolVolume stored = writable(volume);
            requireFree(snapshot);
            List<UUID> ancestors = catalog.livingAncestors(stored);
            boolean shared = traits.cloneCost() == CloneCost.SHARED;
            VolumeMeta meta = stored.meta().descendant(VolumeKind.SNAPSHOT, shared ? ancestors : List.of());
            try (StagedVolume staged = frozen(stored, snapshot, meta)) {
                if (shared) {
                    // ORDER: the volume names the snapshot as its parent first. It counts once the snapshot exists.
                    stored.update(stored.meta().withAncestors(prepended(meta.id(), ancestors)), catalog);
                }
                return placed(staged, snapshot, meta);
            }
        });
    }

    private StagedVolume frozen(PoolVolume stored, VolumeName snapshot, VolumeMeta meta) {
        return stored.traffic()
                .holdingChanges(() -> stored.withData(
                        Access.VERIFY,
                        from -> StagedVolume.build(pool, snapshot, meta, to -> copy.fill(to, from, meta.sizeBytes()))));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return changing(volume, snapshot, () -> {
            PoolVolume stored = writable(volume);
            requireFree(snapshot);
            stored.retire();
            try {
                stored.prepareSeal(snapshot);
                stored.commitSeal(snapshot, catalog);
                return catalog.summary(stored);
            } finally {
                stored.revive();
            }
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return lifespan.during(() -> names.usingAndChanging(
                snapshot,
                clone,
                () -> pool.changing(() -> {
                    lookAgain();
                    PoolVolume source = catalog.get(snapshot);
                    if (!source.isSnapshot()) {
                        throw new IllegalArgumentException("'" + snapshot + "' is no snapshot");
                    }
                    VolumeMeta meta = source.meta()
                            .descendant(VolumeKind.VOLUME, prepended(source.id(), catalog.livingAncestors(source)));
                    return source.withData(
                            Access.VERIFY, from -> make(clone, meta, to -> copy.fill(to, from, meta.sizeBytes())));
                })));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return changing(name, () -> {
            PoolVolume stored = writable(name);
            VolumeMeta meta = stored.meta();
            // An unmap that still takes the volume for thin would make a hole behind our back.
            return stored.traffic().holdingChanges(() -> {
                requireRoom(meta.sizeBytes() - stored.occupiedBytes());
                stored.withData(Access.WRITE, data -> fillUp(data, meta.sizeBytes()));
                stored.update(meta.thick(), catalog);
                return catalog.summary(stored);
            });
        });
    }

    /** A file system gives all blocks it has before it fails. Blocks that are shared are not counted: they may not be needed. */
    private void requireRoom(long neededBytes) {
        long usableBytes = pool.space().usableBytes();
        if (neededBytes > usableBytes) {
            throw new EngineException.NoSpace(neededBytes, usableBytes);
        }
    }

    private boolean fillUp(DataFile data, long sizeBytes) {
        if (traits.cloneCost() == CloneCost.SHARED) {
            data.unshare(0, sizeBytes);
        }
        data.allocate(0, sizeBytes);
        data.sync();
        return true;
    }

    /** Every volume's file has all its bytes already, shared blocks or not: only the relation ends. */
    @Override
    public VolumeSummary decouple(VolumeName name) {
        return changing(name, () -> {
            PoolVolume stored = writable(name);
            if (!stored.meta().ancestors().isEmpty()) {
                stored.update(stored.meta().withAncestors(List.of()), catalog);
            }
            return catalog.summary(stored);
        });
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return changing(from, to, () -> {
            PoolVolume stored = writable(from);
            requireFree(to);
            stored.rename(to, catalog);
            return catalog.summary(stored);
        });
    }

    @Override
    public void delete(VolumeName name) {
        changing(name, () -> {
            PoolVolume stored = catalog.get(name);
            List<VolumeName> children = catalog.children(stored);
            if (children.size() > 1) {
                throw new EngineException.VolumeInUse(name, children);
            }
            stored.retire();
            try {
                // An only child's next ancestor is its parent from then on.
                pool.trash(name, catalog, () -> catalog.remove(stored));
            } catch (RuntimeException | Error failed) {
                stored.revive();
                throw failed;
            }
            return name;
        });
    }

    @Override
    public void close() {
        lifespan.end(() -> {
            List.copyOf(handles).forEach(FileVolume::close);
            threads.close();
            pool.close();
        });
    }

    private <T> T changing(VolumeName name, Supplier<T> change) {
        return lifespan.during(() -> names.changing(name, () -> pool.changing(looking(change))));
    }

    private <T> T changing(VolumeName one, VolumeName other, Supplier<T> change) {
        return lifespan.during(() -> names.changing(one, other, () -> pool.changing(looking(change))));
    }

    private <T> T telling(Supplier<T> call) {
        return lifespan.during(() -> pool.telling(looking(call)));
    }

    private <T> Supplier<T> looking(Supplier<T> call) {
        return () -> {
            lookAgain();
            return call.get();
        };
    }

    /** Finds out what became of changes that failed, as far as that can be told now. */
    private void lookAgain() {
        for (LastingChange change : catalog.unclear()) {
            try {
                change.lookAgain(catalog);
            } catch (EngineException still) {
                LOG.log(System.Logger.Level.DEBUG, "it still cannot be told whether a change has happened", still);
            }
        }
    }

    private VolumeSummary make(VolumeName name, VolumeMeta meta, Consumer<DataFile> fill) {
        requireFree(name);
        try (StagedVolume staged = StagedVolume.build(pool, name, meta, fill)) {
            return placed(staged, name, meta);
        }
    }

    private VolumeSummary placed(StagedVolume staged, VolumeName name, VolumeMeta meta) {
        PoolVolume stored = stored(name, meta);
        staged.place(catalog, () -> catalog.add(stored));
        return catalog.summary(stored);
    }

    private PoolVolume writable(VolumeName name) {
        PoolVolume stored = catalog.get(name);
        if (stored.isSnapshot()) {
            throw new IllegalArgumentException("'" + name + "' is a snapshot");
        }
        return stored;
    }

    /** Nor may there be a directory that somebody else has made since the pool was opened. */
    private void requireFree(VolumeName name) {
        if (catalog.hasName(name) || DurableFiles.exists(pool.volume(name).path())) {
            throw new EngineException.VolumeExists(name);
        }
    }

    private static List<UUID> prepended(UUID first, List<UUID> rest) {
        List<UUID> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }
}
