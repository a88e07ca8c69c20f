// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
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
import java.util.function.Function;

/**
 * A pool in a directory, with one sparse file per volume. The Javadoc of the package describes the files.
 *
 * <p>Thread-safe; {@link FileCalls} says which calls wait for which.
 */
public final class FileEngine implements StorageEngine {
    private static final System.Logger LOG = System.getLogger(FileEngine.class.getName());

    /** The alignment that direct I/O needs; this is enough on every file system. */
    private static final int IO_ALIGNMENT_BYTES = 4096;

    /** The bytes that are written to prove that the pool accepts writes: one block, since no device writes less. */
    private static final byte[] PROOF = new byte[IO_ALIGNMENT_BYTES];

    private final PoolDirectory pool;
    private final ClusterSize clusterSize;
    private final EngineTraits traits;
    private final IoThreads threads;
    private final Catalog catalog = new Catalog();
    private final FileCalls calls;
    private final NewVolumes making;
    private final Allocations allocations;
    private final Room room;
    private final Set<FileVolume> handles = ConcurrentHashMap.newKeySet();

    private FileEngine(PoolDirectory pool, Probe probe, FilePool options) {
        this.pool = pool;
        this.clusterSize = pool.format().clusterSize();
        this.threads = new IoThreads(options.ioThreads());
        this.calls = new FileCalls(pool, catalog);
        this.making = new NewVolumes(
                pool, catalog, new DataCopy(probe.cloneCost()), () -> new Traffic(threads, options.queueDepthMax()));
        this.allocations = new Allocations(catalog, clusterSize, probe.cloneCost());
        this.room = new Room(pool.space(), probe.cloneCost());
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
     * Opens the pool in a directory; creates the pool first if the directory is absent or empty.
     *
     * @throws EngineException.PoolUnusable when somebody else is using it, its format is unknown, or the directory
     *     contains something else; nothing in the directory is changed then
     */
    public static FileEngine open(FilePool options) {
        return open(options, DurableFiles::new);
    }

    /**
     * As {@link #open(FilePool)}.
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
        found.volumes().forEach(volume -> catalog.add(making.stored(volume.name(), volume.meta())));
    }

    @Override
    public EngineTraits traits() {
        return traits;
    }

    /**
     * The usage of the whole file system, which others may use too. Blocks that volumes share are counted once for each
     * of these volumes.
     */
    @Override
    public PoolUsage usage() {
        return calls.telling(() -> {
            long total = pool.space().totalBytes() / clusterSize.bytes();
            long free = Math.min(total, pool.space().usableBytes() / clusterSize.bytes());
            long used =
                    catalog.all().stream().mapToLong(PoolVolume::occupiedBytes).sum();
            return new PoolUsage(total, free, used, 0, pool.remnants().heldBack(clusterSize));
        });
    }

    @Override
    public void proveWritable() {
        calls.changingPool(() -> {
            pool.files().rewrite(pool.proof(), PROOF);
            pool.files().proveInodes(pool.stagingFile("inode-" + UUID.randomUUID()));
            // Every creation, rename and deletion of a volume ends with this sync.
            pool.files().syncDirectory(pool.volumes());
            // Proofs are requested again and again, so this is the place to retry.
            pool.remnants().removeAgain();
            return PROOF;
        });
    }

    @Override
    public List<VolumeSummary> list() {
        return calls.telling(catalog::list);
    }

    @Override
    public List<Unreadable> unreadable() {
        return catalog.unreadable();
    }

    @Override
    public List<Unreadable> incomplete() {
        return calls.telling(() -> catalog.all().stream()
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
        return calls.telling(() -> catalog.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume has at least one byte, not " + sizeBytes);
        }
        VolumeMeta meta = VolumeMeta.fresh(provisioning, clusterSize.roundUp(sizeBytes));
        return calls.changing(name, () -> making.make(name, meta, data -> Room.begin(data, meta)));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return calls.looking(() -> handle(catalog.get(name), access));
    }

    private FileVolume handle(PoolVolume stored, Access access) {
        FileVolume handle =
                new FileVolume(stored, access, stored.enter(access), clusterSize, IO_ALIGNMENT_BYTES, handles::remove);
        handles.add(handle);
        return handle;
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return calls.telling(() -> allocations.of(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return calls.telling(() -> allocations.differing(later, earlier))
                .orElseGet(() -> StorageEngine.super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return calls.changing(name, () -> {
            PoolVolume stored = writable(name);
            VolumeMeta meta = stored.meta();
            if (sizeBytes < meta.sizeBytes()) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + meta.sizeBytes() + " bytes and cannot shrink to " + sizeBytes);
            }
            long rounded = clusterSize.roundUp(sizeBytes);
            if (rounded > meta.sizeBytes()) {
                // ORDER: the file grows before meta has the new size: after a crash in between, the file is only too
                // long.
                stored.withData(Access.WRITE, data -> Room.grow(data, meta, rounded));
                stored.update(meta.withSize(rounded), catalog);
            }
            return catalog.summary(stored);
        });
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return calls.changing(name, () -> {
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
        return calls.changing(volume, snapshot, () -> {
            PoolVolume stored = writable(volume);
            making.requireFree(snapshot);
            List<UUID> ancestors = catalog.livingAncestors(stored);
            boolean shared = traits.cloneCost() == CloneCost.SHARED;
            VolumeMeta meta = stored.meta().descendant(VolumeKind.SNAPSHOT, shared ? ancestors : List.of());
            try (StagedVolume staged = making.frozen(stored, snapshot, meta)) {
                if (shared) {
                    // ORDER: the volume lists the snapshot as its parent first. The entry has no effect until the
                    // snapshot exists.
                    stored.update(stored.meta().withAncestors(prepended(meta.id(), ancestors)), catalog);
                }
                return making.placed(staged, snapshot, meta);
            }
        });
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return calls.changing(volume, snapshot, () -> {
            PoolVolume stored = writable(volume);
            making.requireFree(snapshot);
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
        return calls.usingAndChanging(snapshot, clone, () -> {
            PoolVolume source = catalog.get(snapshot);
            if (!source.isSnapshot()) {
                throw new IllegalArgumentException("'" + snapshot + "' is not a snapshot");
            }
            VolumeMeta meta = source.meta()
                    .descendant(VolumeKind.VOLUME, prepended(source.id(), catalog.livingAncestors(source)));
            return making.copyOf(source, clone, meta);
        });
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return calls.changing(name, () -> {
            PoolVolume stored = writable(name);
            VolumeMeta meta = stored.meta();
            // Otherwise an unmap that began while the volume was thin could punch a hole into the thick volume.
            return stored.traffic().holdingChanges(() -> {
                room.require(meta.sizeBytes() - stored.occupiedBytes());
                stored.withData(Access.WRITE, data -> room.fillUp(data, meta.sizeBytes()));
                stored.update(meta.thick(), catalog);
                return catalog.summary(stored);
            });
        });
    }

    /**
     * Only removes the ancestors from meta: the file of every volume contains all of its bytes, in shared blocks or
     * not.
     */
    @Override
    public VolumeSummary decouple(VolumeName name) {
        return calls.changing(name, () -> {
            PoolVolume stored = writable(name);
            if (!stored.meta().ancestors().isEmpty()) {
                stored.update(stored.meta().withAncestors(List.of()), catalog);
            }
            return catalog.summary(stored);
        });
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return calls.changing(from, to, () -> {
            PoolVolume stored = writable(from);
            making.requireFree(to);
            stored.rename(to, catalog);
            return catalog.summary(stored);
        });
    }

    @Override
    public void delete(VolumeName name) {
        calls.changing(name, () -> {
            PoolVolume stored = catalog.get(name);
            List<VolumeName> children = catalog.children(stored);
            if (children.size() > 1) {
                throw new EngineException.VolumeInUse(name, children);
            }
            stored.retire();
            try {
                // The parent of an only child is then the child's next ancestor.
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
        calls.end(() -> {
            List.copyOf(handles).forEach(FileVolume::close);
            threads.close();
            pool.close();
        });
    }

    private PoolVolume writable(VolumeName name) {
        PoolVolume stored = catalog.get(name);
        if (stored.isSnapshot()) {
            throw new IllegalArgumentException("'" + name + "' is a snapshot");
        }
        return stored;
    }

    private static List<UUID> prepended(UUID first, List<UUID> rest) {
        List<UUID> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }
}
