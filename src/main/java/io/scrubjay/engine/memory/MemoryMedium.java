// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.memory;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The storage of a {@link MemoryEngine}: it remains when the engine is closed, so that the same volumes exist when it
 * is opened again. Everything is durable at once.
 *
 * <p>Thread-safe: other packages only pass it to {@link MemoryEngine#open}, and inside this package everything is done
 * under its monitor.
 */
public final class MemoryMedium {
    private final ClusterSize clusterSize;
    private final long totalClusters;
    /** Shared by all clusters that have not been written; never written itself. */
    private final byte[] zeroes;

    private final TreeMap<VolumeName, StoredVolume> volumes = new TreeMap<>();
    private long usedClusters;
    private boolean taken;

    private MemoryMedium(ClusterSize clusterSize, long totalClusters) {
        this.clusterSize = clusterSize;
        this.totalClusters = totalClusters;
        this.zeroes = new byte[clusterSize.bytes()];
    }

    /**
     * An empty medium.
     *
     * @param capacityBytes how much it can hold, rounded down to whole clusters; memory is taken only for what is
     *     written
     */
    public static MemoryMedium of(ClusterSize clusterSize, long capacityBytes) {
        if (capacityBytes < 0) {
            throw new IllegalArgumentException("negative capacity: " + capacityBytes);
        }
        return new MemoryMedium(Objects.requireNonNull(clusterSize), capacityBytes / clusterSize.bytes());
    }

    public ClusterSize clusterSize() {
        return clusterSize;
    }

    synchronized void take() {
        if (taken) {
            throw EngineException.PoolUnusable.inUse("the medium is in use by another engine", "close that one first");
        }
        taken = true;
    }

    synchronized void giveBack() {
        volumes.values().forEach(StoredVolume::forgetHandles);
        taken = false;
    }

    byte[] zeroes() {
        return zeroes;
    }

    PoolUsage usage() {
        return new PoolUsage(
                totalClusters, totalClusters - usedClusters, Math.multiplyExact(usedClusters, clusterSize.bytes()));
    }

    /**
     * Takes clusters from the free ones, all or none.
     *
     * @throws NoSpace when there are not as many
     */
    void takeClusters(long count) {
        requireClusters(count);
        usedClusters += count;
    }

    /** @throws NoSpace when there are not as many free */
    void requireClusters(long count) {
        long free = totalClusters - usedClusters;
        if (count > free) {
            throw new NoSpace(count * clusterSize.bytes(), free * clusterSize.bytes());
        }
    }

    void freeClusters(long count) {
        usedClusters -= count;
        assert usedClusters >= 0 : "more clusters freed than taken";
    }

    List<StoredVolume> all() {
        return List.copyOf(volumes.values());
    }

    Optional<StoredVolume> find(VolumeName name) {
        return Optional.ofNullable(volumes.get(name));
    }

    StoredVolume get(VolumeName name) {
        return find(name).orElseThrow(() -> new VolumeNotFound(name));
    }

    void requireFree(VolumeName name) {
        if (volumes.containsKey(name)) {
            throw new VolumeExists(name);
        }
    }

    void add(StoredVolume volume) {
        volumes.put(volume.name(), volume);
    }

    void remove(VolumeName name) {
        volumes.remove(name);
    }
}
