// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The volumes and snapshots of an open pool, with their parents. Read from the pool once, since its lock prevents
 * others from changing it. Thread-safe: guarded by its own monitor.
 */
final class Catalog {
    private final Map<VolumeName, PoolVolume> byName = new TreeMap<>();
    private final Map<UUID, PoolVolume> byId = new HashMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private final List<LastingChange> unclear = new ArrayList<>();

    synchronized void add(PoolVolume volume) {
        if (byName.containsKey(volume.name()) || byId.containsKey(volume.id())) {
            throw new IllegalStateException("there are two of " + volume.name());
        }
        byName.put(volume.name(), volume);
        byId.put(volume.id(), volume);
    }

    synchronized void add(Unreadable unknown) {
        unreadable.add(unknown);
    }

    synchronized List<Unreadable> unreadable() {
        return List.copyOf(unreadable);
    }

    /**
     * Adds a change whose result is unknown. Until it is removed, everything that depends on its result fails with
     * {@link LastingChange#unknown}.
     */
    synchronized void add(LastingChange change) {
        unclear.add(change);
    }

    synchronized void remove(LastingChange change) {
        unclear.remove(change);
    }

    /** The changes whose result is unknown. */
    synchronized List<LastingChange> unclear() {
        return List.copyOf(unclear);
    }

    private void requireClear(VolumeName name) {
        unclear.stream().filter(change -> change.isAbout(name)).findFirst().ifPresent(change -> {
            throw change.unknown();
        });
    }

    synchronized void remove(PoolVolume volume) {
        byName.remove(volume.name());
        byId.remove(volume.id());
    }

    /**
     * Renames a volume atomically; the step changes the name in memory. The step must not call the device: every
     * look-up of any volume would wait for it.
     */
    synchronized void rename(PoolVolume volume, Runnable step) {
        VolumeName before = volume.name();
        step.run();
        byName.remove(before);
        byName.put(volume.name(), volume);
    }

    /**
     * Also of a volume that could not be read.
     *
     * @throws EngineException.DeviceFailed when that cannot be told
     */
    synchronized boolean hasName(VolumeName name) {
        requireClear(name);
        return byName.containsKey(name) || unreadable(name).isPresent();
    }

    /**
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.DeviceFailed when that cannot be told
     */
    synchronized PoolVolume get(VolumeName name) {
        return look(name).orElseThrow(() -> new EngineException.VolumeNotFound(name));
    }

    private Optional<PoolVolume> look(VolumeName name) {
        requireClear(name);
        unreadable(name).ifPresent(unknown -> {
            throw unknown.failure();
        });
        return Optional.ofNullable(byName.get(name));
    }

    private Optional<Unreadable> unreadable(VolumeName name) {
        return unreadable.stream()
                .filter(unknown -> unknown.name().equals(Optional.of(name)))
                .findFirst();
    }

    /** All but those whose name cannot be told. */
    synchronized List<PoolVolume> all() {
        return byName.values().stream()
                .filter(volume -> unclear.stream().noneMatch(change -> change.mayMove(volume.name())))
                .toList();
    }

    synchronized Optional<VolumeSummary> find(VolumeName name) {
        return look(name).map(this::summary);
    }

    /**
     * In the order of names, all at one moment.
     *
     * @throws EngineException.DeviceFailed when it cannot be told of one what it is, what it is called, or whether it exists
     */
    synchronized List<VolumeSummary> list() {
        unclear.stream().findFirst().ifPresent(change -> {
            throw change.unknown();
        });
        return byName.values().stream().map(this::summary).toList();
    }

    synchronized VolumeSummary summary(PoolVolume volume) {
        VolumeMeta meta = volume.meta();
        return new VolumeSummary(
                volume.name(),
                meta.kind(),
                meta.provisioning(),
                meta.sizeBytes(),
                parent(volume).map(PoolVolume::name));
    }

    /** The nearest ancestor that still exists. */
    synchronized Optional<PoolVolume> parent(PoolVolume volume) {
        return volume.meta().ancestors().stream()
                .filter(byId::containsKey)
                .findFirst()
                .map(byId::get);
    }

    /**
     * Those whose parent this is, in the order of their names.
     *
     * @throws EngineException.DeviceFailed when that cannot be told of one
     */
    synchronized List<VolumeName> children(PoolVolume parent) {
        List<VolumeName> children = byName.values().stream()
                .filter(volume -> parent(volume).filter(parent::equals).isPresent())
                .map(PoolVolume::name)
                .toList();
        children.forEach(this::requireClear);
        return children;
    }

    /** The ancestors that may still exist, the nearest first: all of them while one may be what cannot be read, or told. */
    synchronized List<UUID> livingAncestors(PoolVolume volume) {
        if (!unreadable.isEmpty() || !unclear.isEmpty()) {
            return volume.meta().ancestors();
        }
        return volume.meta().ancestors().stream().filter(byId::containsKey).toList();
    }
}
