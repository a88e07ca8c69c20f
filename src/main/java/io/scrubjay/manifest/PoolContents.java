// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a pool's volumes are, by their names alone: no byte of any is read, so that no damage can turn an image into
 * something to be removed. What the engine could not read counts as what its name says. Immutable once made.
 */
final class PoolContents {
    private final Map<PoolNames.Kind, TreeSet<ImageId>> ids = new EnumMap<>(PoolNames.Kind.class);
    private final List<VolumeName> others = new ArrayList<>();
    private final List<Unreadable> unreadable;
    private final Set<VolumeName> unreadableNames;

    private PoolContents(Collection<VolumeSummary> volumes, List<Unreadable> unreadable) {
        for (PoolNames.Kind kind : PoolNames.Kind.values()) {
            ids.put(kind, new TreeSet<>());
        }
        this.unreadable = List.copyOf(unreadable);
        this.unreadableNames = unreadable.stream()
                .map(Unreadable::name)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        volumes.stream().map(VolumeSummary::name).forEach(this::sort);
        unreadableNames.forEach(this::sort);
    }

    private void sort(VolumeName volume) {
        PoolNames.parse(volume)
                .ifPresentOrElse(owned -> ids.get(owned.kind()).add(owned.id()), () -> others.add(volume));
    }

    /** What the pool of this engine holds now. */
    static PoolContents of(StorageEngine engine) {
        return new PoolContents(engine.list(), engine.unreadable());
    }

    /** The images and snapshots that exist. */
    Set<ImageId> committed() {
        return ids.get(PoolNames.Kind.MANIFEST);
    }

    /** The volumes that exist. */
    Set<ImageId> labelled() {
        return ids.get(PoolNames.Kind.LABEL);
    }

    /** What the bytes of something that exists lie in; when they are lost, those of an image. */
    PoolNames.Kind bytesOf(ImageId id) {
        return ids.get(PoolNames.Kind.VOLUME_SNAPSHOT).contains(id)
                ? PoolNames.Kind.VOLUME_SNAPSHOT
                : PoolNames.Kind.SNAPSHOT;
    }

    /** Those that exist and have a marker. */
    Set<ImageId> quarantined() {
        Set<ImageId> both = new TreeSet<>(ids.get(PoolNames.Kind.QUARANTINE));
        both.retainAll(committed());
        return both;
    }

    /** Those that exist and whose bytes are lost: none while anything is unreadable, which may be the bytes. */
    Set<ImageId> withoutSnapshot() {
        return unreadable.isEmpty() ? missingBytes() : Set.of();
    }

    /** Those that exist and whose bytes are, or may be, what is unreadable. */
    Set<ImageId> withUnreadableSnapshot() {
        Set<ImageId> unknown = new TreeSet<>();
        if (!unreadable.isEmpty()) {
            unknown.addAll(missingBytes());
        }
        committed().stream()
                .filter(id -> unreadableNames.contains(new PoolNames(bytesOf(id), id).volume()))
                .forEach(unknown::add);
        return unknown;
    }

    private Set<ImageId> missingBytes() {
        Set<ImageId> missing = new TreeSet<>(committed());
        missing.removeAll(ids.get(PoolNames.Kind.SNAPSHOT));
        missing.removeAll(ids.get(PoolNames.Kind.VOLUME_SNAPSHOT));
        return missing;
    }

    /** What the engine could not read. */
    List<Unreadable> unreadable() {
        return unreadable;
    }

    /**
     * What a failure or a crash left half-made, in the order in which it can be deleted. Nothing is, while anything is
     * unreadable: it may be the record of what has none.
     *
     * <p>ORDER: heads and volumes before images and snapshots, which may be their parents.
     */
    List<VolumeName> leftovers() {
        List<VolumeName> leftovers = new ArrayList<>();
        if (!unreadable.isEmpty()) {
            return leftovers;
        }
        addAll(leftovers, PoolNames.Kind.HEAD, ids.get(PoolNames.Kind.HEAD));
        addAll(leftovers, PoolNames.Kind.STAGED_MANIFEST, ids.get(PoolNames.Kind.STAGED_MANIFEST));
        addAll(leftovers, PoolNames.Kind.STAGED_QUARANTINE, ids.get(PoolNames.Kind.STAGED_QUARANTINE));
        addAll(leftovers, PoolNames.Kind.STAGED_LABEL, ids.get(PoolNames.Kind.STAGED_LABEL));
        addAll(leftovers, PoolNames.Kind.VOLUME, without(PoolNames.Kind.VOLUME, labelled()));
        addAll(leftovers, PoolNames.Kind.VOLUME_SNAPSHOT, without(PoolNames.Kind.VOLUME_SNAPSHOT, committed()));
        addAll(leftovers, PoolNames.Kind.SNAPSHOT, without(PoolNames.Kind.SNAPSHOT, committed()));
        addAll(leftovers, PoolNames.Kind.QUARANTINE, without(PoolNames.Kind.QUARANTINE, committed()));
        return leftovers;
    }

    /** The volumes nobody owns who is known here. */
    List<VolumeName> others() {
        return others;
    }

    private Set<ImageId> without(PoolNames.Kind kind, Set<ImageId> existing) {
        Set<ImageId> without = new TreeSet<>(ids.get(kind));
        without.removeAll(existing);
        return without;
    }

    private static void addAll(List<VolumeName> target, PoolNames.Kind kind, Set<ImageId> ids) {
        ids.forEach(id -> target.add(new PoolNames(kind, id).volume()));
    }
}
