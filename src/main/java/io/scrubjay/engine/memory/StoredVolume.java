// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.memory;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One volume or snapshot on the medium: its own clusters, and the parent whose clusters it reads where it has none.
 * Confined to the medium's monitor.
 */
final class StoredVolume {
    private final MemoryMedium medium;
    private VolumeName name;
    private VolumeKind kind = VolumeKind.VOLUME;
    private Provisioning provisioning;
    private long sizeClusters;
    private Optional<StoredVolume> parent;
    private TreeMap<Long, byte[]> own = new TreeMap<>();
    private int handles;
    private boolean writing;

    private StoredVolume(
            MemoryMedium medium,
            VolumeName name,
            Provisioning provisioning,
            long sizeClusters,
            Optional<StoredVolume> parent) {
        this.medium = medium;
        this.name = name;
        this.provisioning = provisioning;
        this.sizeClusters = sizeClusters;
        this.parent = parent;
    }

    static StoredVolume create(MemoryMedium medium, VolumeName name, Provisioning provisioning, long sizeClusters) {
        StoredVolume volume = new StoredVolume(medium, name, provisioning, 0, Optional.empty());
        volume.grow(sizeClusters);
        return volume;
    }

    StoredVolume cloneAs(VolumeName clone) {
        return new StoredVolume(medium, clone, Provisioning.THIN, sizeClusters, Optional.of(this));
    }

    /** Hands all own clusters to a new snapshot and becomes its child. */
    StoredVolume snapshotAs(VolumeName snapshotName) {
        StoredVolume snapshot = new StoredVolume(medium, snapshotName, provisioning, sizeClusters, parent);
        snapshot.kind = VolumeKind.SNAPSHOT;
        snapshot.own = own;
        own = new TreeMap<>();
        provisioning = Provisioning.THIN;
        parent = Optional.of(snapshot);
        return snapshot;
    }

    void becomeSnapshot(VolumeName snapshotName) {
        name = snapshotName;
        kind = VolumeKind.SNAPSHOT;
    }

    VolumeName name() {
        return name;
    }

    void rename(VolumeName newName) {
        name = newName;
    }

    boolean isSnapshot() {
        return kind == VolumeKind.SNAPSHOT;
    }

    boolean isChildOf(StoredVolume other) {
        return parent.filter(other::equals).isPresent();
    }

    long sizeClusters() {
        return sizeClusters;
    }

    long sizeBytes() {
        return sizeClusters * clusterBytes();
    }

    VolumeSummary summary() {
        return new VolumeSummary(name, kind, provisioning, sizeBytes(), parent.map(StoredVolume::name));
    }

    ClusterMap allocated() {
        ClusterMap.Builder map = ClusterMap.builder();
        own.keySet().forEach(cluster -> map.add(cluster, 1));
        return map.build();
    }

    void opened(Access access) {
        if (access == Access.WRITE) {
            if (writing) {
                throw new VolumeInUse(name, List.of());
            }
            writing = true;
        }
        handles++;
    }

    void closed(Access access) {
        handles--;
        if (access == Access.WRITE) {
            writing = false;
        }
    }

    void forgetHandles() {
        handles = 0;
        writing = false;
    }

    void requireNoHandles() {
        if (handles > 0) {
            throw new VolumeInUse(name, List.of());
        }
    }

    void grow(long newSizeClusters) {
        if (provisioning == Provisioning.THICK) {
            medium.takeClusters(newSizeClusters - sizeClusters);
            for (long cluster = sizeClusters; cluster < newSizeClusters; cluster++) {
                own.put(cluster, medium.zeroes());
            }
        }
        sizeClusters = newSizeClusters;
    }

    void cut(long newSizeClusters) {
        Map<Long, byte[]> end = own.tailMap(newSizeClusters);
        medium.freeClusters(end.size());
        end.clear();
        sizeClusters = newSizeClusters;
    }

    /** Copies every cluster that only the parents hold; afterwards it has no parent. */
    void decouple() {
        TreeMap<Long, byte[]> copies = new TreeMap<>();
        for (Optional<StoredVolume> from = parent; from.isPresent(); from = from.get().parent) {
            // Nearer parents come first and hide what is behind them.
            from.get().own.forEach(copies::putIfAbsent);
        }
        copies.keySet().removeAll(own.keySet());
        medium.takeClusters(copies.size());
        copies.forEach((cluster, bytes) -> own.put(cluster, bytes.clone()));
        parent = Optional.empty();
    }

    /** Decouples and takes every cluster that is still missing. */
    void inflate() {
        medium.requireClusters(sizeClusters - own.size());
        decouple();
        medium.takeClusters(sizeClusters - own.size());
        for (long cluster = 0; cluster < sizeClusters; cluster++) {
            own.putIfAbsent(cluster, medium.zeroes());
        }
        provisioning = Provisioning.THICK;
    }

    /**
     * Takes over the clusters and the parent of a deleted parent; frees those of its clusters that this volume hides.
     */
    void merge(StoredVolume deletedParent) {
        long before = (long) own.size() + deletedParent.own.size();
        deletedParent.own.forEach(own::putIfAbsent);
        medium.freeClusters(before - own.size());
        parent = deletedParent.parent;
    }

    void freeAll() {
        medium.freeClusters(own.size());
        own.clear();
    }

    /** Copies bytes of one cluster into the target's remaining space. */
    void read(long cluster, int offset, ByteBuffer target) {
        target.put(visible(cluster).orElse(medium.zeroes()), offset, target.remaining());
    }

    /** Overwrites part of one cluster with the source's remaining bytes. */
    void write(long cluster, int offset, ByteBuffer source) {
        source.get(writable(cluster), offset, source.remaining());
    }

    /** Zeroes part of one cluster, without taking one where it reads as zeroes already. */
    void zero(long cluster, int offset, int length) {
        if (length == clusterBytes()) {
            unmap(cluster);
        } else if (visible(cluster).isPresent()) {
            Arrays.fill(writable(cluster), offset, offset + length, (byte) 0);
        }
    }

    /** Makes a whole cluster read as zeroes, and gives it back unless it has to hide a parent's or is thick. */
    void unmap(long cluster) {
        boolean needed =
                provisioning == Provisioning.THICK || inherited(cluster).isPresent();
        if (needed && !own.containsKey(cluster)) {
            medium.takeClusters(1);
        }
        if (needed) {
            own.put(cluster, medium.zeroes());
        } else if (own.remove(cluster) != null) {
            medium.freeClusters(1);
        }
    }

    private Optional<byte[]> visible(long cluster) {
        byte[] mine = own.get(cluster);
        return mine == null ? inherited(cluster) : Optional.of(mine);
    }

    private Optional<byte[]> inherited(long cluster) {
        for (Optional<StoredVolume> from = parent; from.isPresent(); from = from.get().parent) {
            byte[] theirs = from.get().own.get(cluster);
            if (theirs != null) {
                return Optional.of(theirs);
            }
        }
        return Optional.empty();
    }

    private byte[] writable(long cluster) {
        byte[] mine = own.get(cluster);
        if (mine != null && mine != medium.zeroes()) {
            return mine;
        }
        if (mine == null) {
            medium.takeClusters(1);
        }
        byte[] copy = mine == null
                ? inherited(cluster).map(byte[]::clone).orElseGet(() -> new byte[clusterBytes()])
                : new byte[clusterBytes()];
        own.put(cluster, copy);
        return copy;
    }

    private int clusterBytes() {
        return medium.clusterSize().bytes();
    }
}
