package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pool's volumes are, by their names alone: no byte of any is read, so that no damage can turn an image into
 * something to be removed. Immutable once made.
 */
final class PoolContents {
    private final Map<PoolNames.Kind, TreeSet<ImageId>> ids = new EnumMap<>(PoolNames.Kind.class);
    private final List<VolumeName> others = new ArrayList<>();

    private PoolContents(Collection<VolumeSummary> volumes) {
        for (PoolNames.Kind kind : PoolNames.Kind.values()) {
            ids.put(kind, new TreeSet<>());
        }
        for (VolumeSummary volume : volumes) {
            PoolNames.parse(volume.name())
                    .ifPresentOrElse(owned -> ids.get(owned.kind()).add(owned.id()), () -> others.add(volume.name()));
        }
    }

    static PoolContents of(Collection<VolumeSummary> volumes) {
        return new PoolContents(volumes);
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

    /** Those that exist and whose bytes are lost. */
    Set<ImageId> withoutSnapshot() {
        Set<ImageId> without = new TreeSet<>(committed());
        without.removeAll(ids.get(PoolNames.Kind.SNAPSHOT));
        without.removeAll(ids.get(PoolNames.Kind.VOLUME_SNAPSHOT));
        return without;
    }

    /**
     * What a failure or a crash left half-made, in the order in which it can be deleted.
     *
     * <p>ORDER: heads and volumes before images and snapshots, which may be their parents.
     */
    List<VolumeName> leftovers() {
        List<VolumeName> leftovers = new ArrayList<>();
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
