// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The volumes of an open pool by name. Thread-safe: guarded by itself. */
final class LvolCatalog {
    private final Map<VolumeName, StoredLvol> byName = new TreeMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();

    synchronized void add(StoredLvol stored) {
        byName.put(stored.name(), stored);
    }

    synchronized void remove(StoredLvol stored) {
        byName.remove(stored.name());
    }

    /** Replaces a volume's properties, including its name, with those that SPDK reports now. */
    synchronized void update(StoredLvol stored, Lvol newer) {
        byName.remove(stored.name());
        stored.update(newer);
        byName.put(stored.name(), stored);
    }

    /**
     * Makes a change to a volume durable, and then reads the volume's properties from SPDK again. Blocks, and may throw
     * {@link RpcFailed}.
     */
    VolumeSummary refresh(StoredLvol stored, OpenPool pool) {
        pool.sync();
        update(stored, pool.store().get(stored.uuid()));
        return stored.summary();
    }

    synchronized void add(Unreadable unknown) {
        unreadable.add(unknown);
    }

    synchronized List<Unreadable> unreadable() {
        return List.copyOf(unreadable);
    }

    /** @throws EngineException.DeviceFailed when a volume of this name exists and cannot be read */
    synchronized Optional<StoredLvol> find(VolumeName name) {
        unreadable.stream()
                .filter(unknown -> unknown.name().equals(Optional.of(name)))
                .findFirst()
                .ifPresent(unknown -> {
                    throw unknown.failure();
                });
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws EngineException.VolumeNotFound when there is no volume of this name */
    StoredLvol get(VolumeName name) {
        return find(name).orElseThrow(() -> new EngineException.VolumeNotFound(name));
    }

    synchronized List<VolumeSummary> list() {
        return byName.values().stream().map(StoredLvol::summary).toList();
    }

    /** The volumes whose parent this is. */
    synchronized List<StoredLvol> children(VolumeName parent) {
        return byName.values().stream()
                .filter(stored -> stored.summary().parent().equals(Optional.of(parent)))
                .toList();
    }

    /**
     * The other volumes that a change to a volume concerns.
     *
     * @param ancestors the volumes whose clusters it reads
     * @param onlyChild the volume that gets its clusters when it is deleted
     */
    record Relatives(Set<VolumeName> ancestors, Optional<VolumeName> onlyChild) {}

    /** The relatives of a volume at this moment; none when there is no such volume. */
    synchronized Relatives relatives(VolumeName name) {
        Set<VolumeName> ancestors = new TreeSet<>();
        Optional<VolumeName> next = parent(name);
        while (next.isPresent() && ancestors.add(next.get())) {
            next = parent(next.get());
        }
        List<StoredLvol> children = children(name);
        return new Relatives(
                ancestors, children.size() == 1 ? Optional.of(children.get(0).name()) : Optional.empty());
    }

    private Optional<VolumeName> parent(VolumeName name) {
        return find(name).flatMap(stored -> stored.summary().parent());
    }

    /** The ancestors of a volume, from its parent upwards. */
    synchronized List<StoredLvol> ancestors(StoredLvol stored) {
        List<StoredLvol> found = new ArrayList<>();
        Optional<VolumeName> next = stored.summary().parent();
        while (next.isPresent()) {
            StoredLvol above = byName.get(next.get());
            if (above == null || found.contains(above)) {
                throw new IllegalStateException("the parents of '" + stored.name() + "' end in " + next.get());
            }
            found.add(above);
            next = above.summary().parent();
        }
        return found;
    }
}
