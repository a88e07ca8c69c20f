// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.memory;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.InFlight;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A pool in memory. Snapshots and clones share clusters; a volume that gets a snapshot becomes its thin child, whatever
 * it was before. Stages complete on the engine's own threads, never on the caller's.
 *
 * <p>Thread-safe: everything is done under the medium's monitor.
 */
public final class MemoryEngine implements StorageEngine {
    static final int IO_ALIGNMENT_BYTES = 4096;
    private static final int THREADS = 2;

    private final MemoryMedium medium;
    private final EngineTraits traits;
    private final ExecutorService executor;
    private final InFlight inFlight = new InFlight("the engine");

    private MemoryEngine(MemoryMedium medium) {
        this.medium = medium;
        this.traits = new EngineTraits(
                "memory",
                "memory",
                medium.clusterSize(),
                IO_ALIGNMENT_BYTES,
                CloneCost.SHARED,
                List.of("memory engine 1"));
        this.executor = Executors.newFixedThreadPool(THREADS, new EngineThreads());
    }

    /**
     * Opens what is on a medium.
     *
     * @throws io.scrubjay.engine.EngineException.PoolUnusable when another engine has it open
     */
    public static MemoryEngine open(MemoryMedium medium) {
        medium.take();
        return new MemoryEngine(medium);
    }

    /** Opens a new, empty pool, which is gone when the engine is closed. */
    public static MemoryEngine open(ClusterSize clusterSize, long capacityBytes) {
        return open(MemoryMedium.of(clusterSize, capacityBytes));
    }

    @Override
    public EngineTraits traits() {
        return traits;
    }

    @Override
    public PoolUsage usage() {
        return guarded(medium::usage);
    }

    /** Memory always accepts writes: this fails only when the engine is closed. */
    @Override
    public void proveWritable() {
        guarded(medium::usage);
    }

    @Override
    public List<VolumeSummary> list() {
        return guarded(() -> medium.all().stream().map(StoredVolume::summary).toList());
    }

    /** Memory can always be read. */
    @Override
    public List<Unreadable> unreadable() {
        return List.of();
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return guarded(() -> medium.find(name).map(StoredVolume::summary));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume cannot have " + sizeBytes + " bytes");
        }
        long clusters = roundedClusters(sizeBytes);
        return guarded(() -> {
            medium.requireFree(name);
            StoredVolume volume = StoredVolume.create(medium, name, provisioning, clusters);
            medium.add(volume);
            return volume.summary();
        });
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return guarded(() -> {
            StoredVolume volume = medium.get(name);
            if (access == Access.WRITE && volume.isSnapshot()) {
                throw new IllegalArgumentException("'" + name + "' is a snapshot and cannot be written");
            }
            volume.opened(access);
            return new MemoryVolume(medium, volume, access, executor, inFlight);
        });
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return guarded(() -> medium.get(name).allocated());
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        long clusters = roundedClusters(sizeBytes);
        return guarded(() -> {
            StoredVolume volume = writable(name);
            if (sizeBytes < volume.sizeBytes()) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + volume.sizeBytes() + " bytes and cannot shrink to " + sizeBytes);
            }
            volume.grow(clusters);
            return volume.summary();
        });
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume cannot have " + sizeBytes + " bytes");
        }
        long clusters = roundedClusters(sizeBytes);
        return guarded(() -> {
            StoredVolume volume = writable(name);
            volume.requireNoHandles();
            if (clusters > volume.sizeClusters()) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + volume.sizeBytes() + " bytes and cannot be cut to " + sizeBytes);
            }
            volume.cut(clusters);
            return volume.summary();
        });
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return guarded(() -> {
            StoredVolume source = writable(volume);
            medium.requireFree(snapshot);
            StoredVolume made = source.snapshotAs(snapshot);
            medium.add(made);
            return made.summary();
        });
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return guarded(() -> {
            StoredVolume sealed = writable(volume);
            medium.requireFree(snapshot);
            sealed.requireNoHandles();
            sealed.becomeSnapshot(snapshot);
            medium.remove(volume);
            medium.add(sealed);
            return sealed.summary();
        });
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return guarded(() -> {
            StoredVolume source = medium.get(snapshot);
            if (!source.isSnapshot()) {
                throw new IllegalArgumentException("'" + snapshot + "' is not a snapshot");
            }
            medium.requireFree(clone);
            StoredVolume made = source.cloneAs(clone);
            medium.add(made);
            return made.summary();
        });
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return guarded(() -> {
            StoredVolume volume = writable(name);
            volume.inflate();
            return volume.summary();
        });
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return guarded(() -> {
            StoredVolume volume = writable(name);
            volume.decouple();
            return volume.summary();
        });
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return guarded(() -> {
            StoredVolume volume = writable(from);
            medium.requireFree(to);
            volume.rename(to);
            medium.remove(from);
            medium.add(volume);
            return volume.summary();
        });
    }

    @Override
    public void delete(VolumeName name) {
        guarded(() -> {
            StoredVolume volume = medium.get(name);
            volume.requireNoHandles();
            List<StoredVolume> children = medium.all().stream()
                    .filter(other -> other.isChildOf(volume))
                    .toList();
            if (children.size() > 1) {
                throw new VolumeInUse(
                        name, children.stream().map(StoredVolume::name).toList());
            }
            if (children.isEmpty()) {
                volume.freeAll();
            } else {
                children.get(0).merge(volume);
            }
            medium.remove(name);
            return volume;
        });
    }

    @Override
    public void close() {
        if (inFlight.close()) {
            executor.shutdown();
            medium.giveBack();
        }
    }

    private StoredVolume writable(VolumeName name) {
        StoredVolume volume = medium.get(name);
        if (volume.isSnapshot()) {
            throw new IllegalArgumentException("'" + name + "' is a snapshot and never changes");
        }
        return volume;
    }

    private long roundedClusters(long sizeBytes) {
        return traits.clusterSize().clustersIn(traits.clusterSize().roundUp(sizeBytes));
    }

    private <T> T guarded(Supplier<T> call) {
        inFlight.enter();
        try {
            synchronized (medium) {
                return call.get();
            }
        } finally {
            inFlight.leave();
        }
    }

    private static final class EngineThreads implements ThreadFactory {
        private final AtomicInteger next = new AtomicInteger();

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "memory-engine-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
