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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Classifies the volumes of a pool by their names alone: no data is read, so damage can never make an image look like
 * something to be removed. Something that the engine could not read counts as what its name says. Immutable.
 */
final class PoolContents {
    private static final int ENOENT = 2;
    private static final List<PoolName.Kind> BELONGS_TO_MANIFEST =
            List.of(PoolName.Kind.SNAPSHOT, PoolName.Kind.VOLUME_SNAPSHOT, PoolName.Kind.QUARANTINE);

    private final Map<PoolName.Kind, TreeSet<StoredId>> ids = new EnumMap<>(PoolName.Kind.class);
    private final List<VolumeName> others = new ArrayList<>();
    private final List<Unreadable> unreadable;
    private final Set<VolumeName> unreadableNames;

    private final Function<VolumeName, String> places;

    private PoolContents(
            Collection<VolumeName> volumes, List<Unreadable> unreadable, Function<VolumeName, String> places) {
        this.places = places;
        for (PoolName.Kind kind : PoolName.Kind.values()) {
            ids.put(kind, new TreeSet<>());
        }
        this.unreadable = List.copyOf(unreadable);
        this.unreadableNames = unreadable.stream()
                .map(Unreadable::name)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        volumes.forEach(this::sort);
        unreadableNames.forEach(this::sort);
    }

    private void sort(VolumeName volume) {
        PoolName.parse(volume)
                .ifPresentOrElse(owned -> ids.get(owned.kind()).add(owned.id()), () -> others.add(volume));
    }

    /** The present contents of this engine's pool. */
    static PoolContents of(StorageEngine engine) {
        return new PoolContents(
                engine.list().stream().map(VolumeSummary::name).toList(), engine.unreadable(), engine::place);
    }

    /** The contents of a pool with volumes of these names, all of them readable. */
    static PoolContents of(Collection<VolumeName> names) {
        return new PoolContents(names, List.of(), VolumeName::value);
    }

    /** The images and snapshots that exist. */
    Set<ImageId> committed() {
        return images(ids.get(PoolName.Kind.MANIFEST));
    }

    /** The volumes that exist. */
    Set<VolumeId> labelled() {
        return volumes(ids.get(PoolName.Kind.LABEL));
    }

    /** The sessions that exist. */
    Set<SessionId> sessions() {
        return sessions(ids.get(PoolName.Kind.SESSION));
    }

    private static Set<ImageId> images(Set<StoredId> ids) {
        return ids.stream().map(ImageId::new).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<VolumeId> volumes(Set<StoredId> ids) {
        return ids.stream().map(VolumeId::new).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<SessionId> sessions(Set<StoredId> ids) {
        return ids.stream().map(SessionId::new).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The kind of volume that holds the bytes of an existing image or snapshot; the kind for images if the bytes are
     * lost.
     */
    PoolName.Kind bytesOf(ImageId id) {
        return ids.get(PoolName.Kind.VOLUME_SNAPSHOT).contains(id.stored())
                ? PoolName.Kind.VOLUME_SNAPSHOT
                : PoolName.Kind.SNAPSHOT;
    }

    /** The images and snapshots that exist and have a marker. */
    Set<ImageId> quarantined() {
        Set<StoredId> both = new TreeSet<>(ids.get(PoolName.Kind.QUARANTINE));
        both.retainAll(ids.get(PoolName.Kind.MANIFEST));
        return images(both);
    }

    /**
     * The images and snapshots that exist and whose bytes are lost: none while anything is unreadable, since that may
     * be the bytes.
     */
    Set<ImageId> withoutSnapshot() {
        return unreadable.isEmpty() ? images(missingBytes()) : Set.of();
    }

    /** The images and snapshots that exist and whose bytes are unreadable, or may be something that is unreadable. */
    Set<ImageId> withUnreadableSnapshot() {
        Set<ImageId> unknown = new TreeSet<>();
        if (!unreadable.isEmpty()) {
            unknown.addAll(images(missingBytes()));
        }
        committed().stream()
                .filter(id -> unreadableNames.contains(new PoolName(bytesOf(id), id.stored()).volume()))
                .forEach(unknown::add);
        return unknown;
    }

    private Set<StoredId> missingBytes() {
        Set<StoredId> missing = new TreeSet<>(ids.get(PoolName.Kind.MANIFEST));
        missing.removeAll(ids.get(PoolName.Kind.SNAPSHOT));
        missing.removeAll(ids.get(PoolName.Kind.VOLUME_SNAPSHOT));
        return missing;
    }

    /** Everything in the pool that the engine could not read. */
    List<Unreadable> unreadable() {
        return unreadable;
    }

    /**
     * Everything that a failure or a crash left half-made or half-deleted, in the order in which it can be deleted. Its
     * own name says that it is, or that of another volume with the same id. Empty while anything is unreadable, since
     * that may be a record.
     */
    List<PoolName> leftovers() {
        List<PoolName> leftovers = new ArrayList<>();
        if (unreadable.isEmpty()) {
            for (PoolName.Kind kind : Removal.KINDS) {
                leftoversOf(kind).forEach(id -> leftovers.add(new PoolName(kind, id)));
            }
        }
        return leftovers;
    }

    private Set<StoredId> leftoversOf(PoolName.Kind kind) {
        Set<StoredId> leftovers = new TreeSet<>(ids.get(kind));
        switch (kind) {
            case HEAD, SPOOL, STAGED_MANIFEST, STAGED_QUARANTINE, STAGED_LABEL, STAGED_SESSION, DELETED -> {
                // The names of these say what they are.
            }
            case SNAPSHOT, VOLUME_SNAPSHOT, QUARANTINE, VOLUME, UPLOAD -> leftovers.retainAll(onTheWay());
            case MANIFEST, LABEL, SESSION -> leftovers.clear();
        }
        return leftovers;
    }

    /** The ids that do not exist, since the pool says that they were being made or deleted. */
    private Set<StoredId> onTheWay() {
        Set<StoredId> onTheWay = new TreeSet<>(ids.get(PoolName.Kind.DELETED));
        onTheWay.addAll(ids.get(PoolName.Kind.STAGED_MANIFEST));
        onTheWay.addAll(ids.get(PoolName.Kind.STAGED_LABEL));
        onTheWay.addAll(ids.get(PoolName.Kind.STAGED_SESSION));
        onTheWay.removeAll(ids.get(PoolName.Kind.MANIFEST));
        onTheWay.removeAll(ids.get(PoolName.Kind.LABEL));
        onTheWay.removeAll(ids.get(PoolName.Kind.SESSION));
        return onTheWay;
    }

    /**
     * Images and snapshots whose bytes or marker are in the pool without a record that says what they are: see
     * {@link #isComplete}.
     */
    Set<ImageId> withoutManifest() {
        Set<StoredId> without = new TreeSet<>();
        BELONGS_TO_MANIFEST.forEach(kind -> without.addAll(withoutRecord(kind, PoolName.Kind.MANIFEST)));
        return images(without);
    }

    /** Volumes whose bytes are in the pool without a label: see {@link #isComplete}. */
    Set<VolumeId> withoutLabel() {
        return volumes(withoutRecord(PoolName.Kind.VOLUME, PoolName.Kind.LABEL));
    }

    /** Sessions whose bytes are in the pool without a record: see {@link #isComplete}. */
    Set<SessionId> withoutSession() {
        return sessions(withoutRecord(PoolName.Kind.UPLOAD, PoolName.Kind.SESSION));
    }

    /** Sessions whose record is in the pool without their bytes: see {@link #isComplete}. */
    Set<SessionId> withoutUpload() {
        Set<StoredId> alone = new TreeSet<>(ids.get(PoolName.Kind.SESSION));
        alone.removeAll(ids.get(PoolName.Kind.UPLOAD));
        return sessions(alone);
    }

    /**
     * Whether a record that was not found is missing from the pool; otherwise it may be something that could not be
     * read.
     */
    boolean isComplete() {
        return unreadable.isEmpty();
    }

    /** The reason why a record was not found, to follow the words "it is". */
    String whyNotHere() {
        return isComplete()
                ? "missing from the pool"
                : "not among what could be read, and may be what could not (see 'unreadable' in GET /v1/pool)";
    }

    /**
     * The manifests, labels and sessions that were not found although their bytes or marker were, and the bytes of
     * volumes and sessions that were not found although their record was. They are missing, or may be something that could not be read. Images
     * whose bytes were not found are not in the list: they are quarantined.
     */
    List<Unreadable> missing() {
        Map<VolumeName, List<VolumeName>> without = new TreeMap<>();
        for (PoolName.Kind kind : BELONGS_TO_MANIFEST) {
            withoutRecord(kind, PoolName.Kind.MANIFEST)
                    .forEach(id -> note(without, PoolName.manifest(new ImageId(id)), new PoolName(kind, id).volume()));
        }
        withoutLabel().forEach(id -> note(without, PoolName.label(id), PoolName.volume(id)));
        labelsAlone().forEach(id -> note(without, PoolName.volume(id), PoolName.label(id)));
        withoutSession().forEach(id -> note(without, PoolName.session(id), PoolName.upload(id)));
        withoutUpload().forEach(id -> note(without, PoolName.upload(id), PoolName.session(id)));
        return without.entrySet().stream()
                .map(missing -> new Unreadable(
                        Optional.of(missing.getKey()),
                        place(missing.getKey()),
                        isComplete() ? ENOENT : 0,
                        "it is " + whyNotHere() + ", and what belongs to it is there: " + missing.getValue()))
                .toList();
    }

    /** Where an administrator finds the volume of this name. */
    String place(VolumeName name) {
        return places.apply(name);
    }

    private Set<VolumeId> labelsAlone() {
        Set<StoredId> alone = new TreeSet<>(ids.get(PoolName.Kind.LABEL));
        alone.removeAll(ids.get(PoolName.Kind.VOLUME));
        return volumes(alone);
    }

    private static void note(Map<VolumeName, List<VolumeName>> without, VolumeName record, VolumeName stray) {
        without.computeIfAbsent(record, missing -> new ArrayList<>()).add(stray);
    }

    /** The ids that have a volume of this kind, but not the record that says what it is. */
    private Set<StoredId> withoutRecord(PoolName.Kind kind, PoolName.Kind record) {
        Set<StoredId> without = new TreeSet<>(ids.get(kind));
        without.removeAll(ids.get(record));
        without.removeAll(onTheWay());
        return without;
    }

    /** Incomplete things: records without bytes; bytes and markers without their record. */
    List<VolumeName> leftAlone() {
        List<VolumeName> left = new ArrayList<>();
        images(missingBytes()).forEach(id -> left.add(PoolName.manifest(id)));
        labelsAlone().forEach(id -> left.add(PoolName.label(id)));
        for (PoolName.Kind kind : BELONGS_TO_MANIFEST) {
            withoutRecord(kind, PoolName.Kind.MANIFEST).forEach(id -> left.add(new PoolName(kind, id).volume()));
        }
        withoutLabel().forEach(id -> left.add(PoolName.volume(id)));
        withoutSession().forEach(id -> left.add(PoolName.upload(id)));
        withoutUpload().forEach(id -> left.add(PoolName.session(id)));
        return left;
    }

    /** The volumes whose names we don't recognise. */
    List<VolumeName> others() {
        return others;
    }
}
