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
     * Whether a volume has this name, even one that could not be read.
     *
     * @throws EngineException.DeviceFailed when this is unknown, because a change of such a volume failed
     */
    synchronized boolean hasName(VolumeName name) {
        requireClear(name);
        return byName.containsKey(name) || unreadable(name).isPresent();
    }

    /**
     * The volume of this name.
     *
     * @throws EngineException.VolumeNotFound when there is none
     * @throws EngineException.DeviceFailed when the volume could not be read, or the result of a change to it is
     *     unknown
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

    /**
     * All volumes, except those that may have another name or no longer exist, because the result of a change is
     * unknown.
     */
    synchronized List<PoolVolume> all() {
        return byName.values().stream()
                .filter(volume -> unclear.stream().noneMatch(change -> change.mayMove(volume.name())))
                .toList();
    }

    synchronized Optional<VolumeSummary> find(VolumeName name) {
        return look(name).map(this::summary);
    }

    /**
     * All volumes at one moment, in the order of their names.
     *
     * @throws EngineException.DeviceFailed when the result of any change is unknown
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
     * The volumes whose parent this is, in the order of their names.
     *
     * @throws EngineException.DeviceFailed when the result of a change to one of them is unknown
     */
    synchronized List<VolumeName> children(PoolVolume parent) {
        List<VolumeName> children = byName.values().stream()
                .filter(volume -> parent(volume).filter(parent::equals).isPresent())
                .map(PoolVolume::name)
                .toList();
        children.forEach(this::requireClear);
        return children;
    }

    /**
     * The ancestors that may still exist, the nearest first. While anything in the pool is unreadable, or the result of
     * any change is unknown, these are all ancestors, since any of them may be affected.
     */
    synchronized List<UUID> livingAncestors(PoolVolume volume) {
        if (!unreadable.isEmpty() || !unclear.isEmpty()) {
            return volume.meta().ancestors();
        }
        return volume.meta().ancestors().stream().filter(byId::containsKey).toList();
    }
}
